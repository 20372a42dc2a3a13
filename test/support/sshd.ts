import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, connect as dial } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** A real SSH server on loopback with its own host key and its own users' key. */
export interface SshServer {
  readonly port: number;
  /** Path of a known_hosts file with its host key. */
  readonly knownHosts: string;
  /** Private key that may log in. */
  readonly identityFile: string;
  /** How many connections it has accepted. */
  connections(): number;
  dispose(): void;
}

export async function startSshServer(folder: string): Promise<SshServer> {
  const port = await freePort();
  const hostKey = makeKey(folder, "host_key");
  const identityFile = makeKey(folder, "login_key");
  const log = join(folder, "sshd.log");
  const knownHosts = join(folder, "known_hosts");
  writeFileSync(knownHosts, knownHostsLine(port, hostKey));
  writeFileSync(join(folder, "authorized_keys"), readFileSync(`${identityFile}.pub`), { mode: 0o600 });
  writeFileSync(join(folder, "sshd_config"), configuration(folder, port, hostKey));
  mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const sshd = execFileSync("/bin/sh", ["-c", "PATH=$PATH:/usr/sbin command -v sshd"], { encoding: "utf8" }).trim();
  const server = spawn(sshd, ["-D", "-f", join(folder, "sshd_config"), "-E", log], { stdio: "ignore" });
  await answers(server, port);
  return {
    port,
    knownHosts,
    identityFile,
    connections: () =>
      readFileSync(log, "utf8")
        .split("\n")
        .filter((line) => line.includes("Accepted publickey")).length,
    dispose: () => void server.kill(),
  };
}

/** A line of known_hosts that pins `key` (its public half is beside it). */
export function knownHostsLine(port: number, key: string): string {
  return `[127.0.0.1]:${port} ${readFileSync(`${key}.pub`, "utf8")}`;
}

export function makeKey(folder: string, name: string): string {
  const path = join(folder, name);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]);
  return path;
}

function configuration(folder: string, port: number, hostKey: string): string {
  return [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey "${hostKey}"`,
    `AuthorizedKeysFile "${join(folder, "authorized_keys")}"`,
    "PidFile none",
    "PermitRootLogin yes",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "StrictModes no",
    "UsePAM no",
    "LogLevel VERBOSE",
    "",
  ].join("\n");
}

function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const probe = createServer().on("error", reject);
  probe.listen(0, "127.0.0.1", () => {
    const address = probe.address();
    probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
  });
  return promise;
}

async function answers(server: ChildProcess, port: number): Promise<void> {
  for (let attempt = 0; attempt < 250; attempt += 1) {
    if (server.exitCode !== null) throw new Error(`sshd ended with ${server.exitCode}`);
    if (await isOpen(port)) return;
    await setTimeout(20);
  }
  throw new Error("sshd did not answer");
}

function isOpen(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = dial(port, "127.0.0.1", () => {
    socket.destroy();
    resolve(true);
  });
  socket.on("error", () => resolve(false));
  return promise;
}
