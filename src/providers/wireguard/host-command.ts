import { homedir } from "node:os";
import { resolve } from "node:path";
import type { WireGuardHost } from "../../generated/documents.ts";
import { KEYTOOL } from "./keytool.ts";

/** How a script is started on a hub's host. */
export interface HostCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface HostCommandOptions {
  readonly host: WireGuardHost;
  readonly script: string;
  readonly verb: "read" | "write" | "retire";
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A folder of our own with mode 0700, for the sockets of shared connections. */
  readonly controlFolder: string;
}

/** What the child may know of our environment: a daemon that it starts keeps it, so no secrets. */
const PASSED_ON = ["PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "SSH_AUTH_SOCK", "SSH_CONNECTION"] as const;

const SSH_CONNECT_SECONDS = 15;

export function hostCommand(options: HostCommandOptions): HostCommand {
  const environment = passedOn(options.environment);
  if (options.host.ssh !== undefined)
    return { file: "ssh", args: sshArguments(options, options.host.ssh), environment };
  const connection = environment.SSH_CONNECTION ?? "";
  return {
    file: "/bin/sh",
    args: ["-c", options.script, "reeve-hub", options.verb, connection],
    environment: { ...environment, REEVE_NODE: process.execPath, REEVE_KEYTOOL: KEYTOOL },
  };
}

/** Where `host.ssh.knownHosts` is. */
export function knownHostsFile(ssh: { readonly knownHosts: string }, root: string): string {
  return resolve(root, ssh.knownHosts);
}

function sshArguments(options: HostCommandOptions, ssh: NonNullable<WireGuardHost["ssh"]>): readonly string[] {
  const settings = [
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile=${quotedForSsh(knownHostsFile(ssh, options.root))}`,
    "GlobalKnownHostsFile=/dev/null",
    "UpdateHostKeys=no",
    "BatchMode=yes",
    `ConnectTimeout=${SSH_CONNECT_SECONDS}`,
    "ServerAliveInterval=15",
    "ControlMaster=auto",
    "ControlPersist=60",
    `ControlPath=${options.controlFolder}/%C`,
    "ClearAllForwardings=yes",
    "ForwardAgent=no",
    "PermitLocalCommand=no",
    "RequestTTY=no",
    "LogLevel=ERROR",
    ...(ssh.identityFile === undefined ? [] : ["IdentitiesOnly=yes"]),
  ];
  return [
    ...settings.flatMap((setting) => ["-o", setting]),
    ...(ssh.identityFile === undefined ? [] : ["-i", identityFile(ssh.identityFile, options)]),
    "-p",
    String(ssh.port),
    "-l",
    ssh.user,
    "--",
    ssh.address,
    remoteCommand(options, ssh.sudo),
  ];
}

/** One word a shell cannot misread; the address of the client goes along, since sudo drops it from the environment. */
function remoteCommand(options: HostCommandOptions, sudo: boolean): string {
  const prefix = sudo ? "sudo -n " : "";
  return `exec ${prefix}sh -c ${quoted(options.script)} reeve-hub ${options.verb} "$SSH_CONNECTION"`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** OpenSSH splits this option at blanks and expands `%`. */
function quotedForSsh(path: string): string {
  return `"${path.replaceAll("%", "%%")}"`;
}

function identityFile(path: string, options: HostCommandOptions): string {
  const home = options.environment.HOME ?? homedir();
  return path.startsWith("~/") ? resolve(home, path.slice(2)) : resolve(options.root, path);
}

function passedOn(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const chosen = PASSED_ON.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const path = environment.PATH ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  return { ...Object.fromEntries(chosen), PATH: path, LC_ALL: "C" };
}
