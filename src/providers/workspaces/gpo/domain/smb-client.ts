/** Files of a domain's `sysvol` share, by Samba's `smbclient`: Node has no client of that protocol that works today. */
import { execFile } from "node:child_process";
import type { Clock } from "../../../../support/clock.ts";
import { DomainTrouble } from "./domain-trouble.ts";

interface SmbLogin {
  readonly host: string;
  /** Null where the host's own resolver knows the name. */
  readonly address: string | null;
  /** user@domain */
  readonly username: string;
  readonly password: string;
  /** What KRB5_CONFIG is to be; null for what the host says. */
  readonly kerberos: string | null;
}

export interface SmbRoom {
  readonly login: SmbLogin;
  /** A private folder: local files are named without a path. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const TRIES = 6;
const PAUSE_MS = 500;
const TIMEOUT_MS = 60_000;
/** Of a controller that has just started: it listens before it knows anybody. */
const NOT_YET = "NT_STATUS_NO_LOGON_SERVERS";
const ABSENT = /^NT_STATUS_OBJECT_(NAME|PATH)_NOT_FOUND opening remote file \\(?<path>.+)$/;

/** Fetches files to the names given, and gives back those that are there. */
export async function getFiles(room: SmbRoom, files: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const commands = [...files].map(([remote, local]) => `get ${quoted(remote)} ${local}`);
  const ran = await runUntilReady(room, commands.join("; "));
  const troubles = linesOf(ran).filter((line) => /\bNT_STATUS_/.test(line));
  const absent = troubles.flatMap((line) => ABSENT.exec(line)?.groups?.["path"] ?? []);
  if (troubles.length > absent.length || (ran.code !== 0 && absent.length === 0)) throw troubleOf(room, ran);
  const gone = new Set(absent.map((path) => path.toLowerCase()));
  return [...files].filter(([remote]) => !gone.has(remote.toLowerCase())).map(([, local]) => local);
}

/** Puts files of the private folder. */
export async function putFiles(room: SmbRoom, files: ReadonlyMap<string, string>): Promise<void> {
  await runWell(room, [...files].map(([remote, local]) => `put ${local} ${quoted(remote)}`).join("; "));
}

/** Puts one file in the place of another, which need not be there. */
export async function renameFile(room: SmbRoom, from: string, to: string): Promise<void> {
  await runWell(room, `rename ${quoted(from)} ${quoted(to)} -f`);
}

/** A command line of the program ends at `;`, and a name at `"`: whoever could write them could give other commands. */
function quoted(path: string): string {
  if (!/^[A-Za-z0-9 .{}\\_-]+$/.test(path)) throw new TypeError(`no path of a share: ${path}`);
  return `"${path}"`;
}

interface Ran {
  readonly code: number;
  readonly text: string;
}

async function runWell(room: SmbRoom, command: string): Promise<void> {
  const ran = await runUntilReady(room, command);
  if (ran.code !== 0 || /\bNT_STATUS_/.test(ran.text)) throw troubleOf(room, ran);
}

async function runUntilReady(room: SmbRoom, command: string): Promise<Ran> {
  for (let left = TRIES; ; left -= 1) {
    const ran = await run(room, command);
    if (left === 1 || !ran.text.includes(NOT_YET)) return ran;
    await room.clock.sleep(PAUSE_MS, room.signal);
  }
}

/** The password goes by the program's environment, which nobody but the same user can read; arguments anybody can. */
function run({ login, folder, environment, signal }: SmbRoom, command: string): Promise<Ran> {
  const { host, address, username, password, kerberos } = login;
  const at = address === null ? [] : ["-I", address];
  const secrecy = ["--client-protection=encrypt", "-s", "/dev/null", "-t", "20"];
  const { PATH = "/usr/bin:/bin" } = environment;
  return new Promise((resolve, reject) => {
    execFile(
      "smbclient",
      [`//${host}/sysvol`, ...at, "-U", username, ...secrecy, "-c", command],
      {
        cwd: folder,
        env: {
          PATH,
          ...(kerberos === null ? {} : { KRB5_CONFIG: kerberos }),
          LC_ALL: "C",
          HOME: folder,
          PASSWD: password,
        },
        timeout: TIMEOUT_MS,
        signal,
      },
      (error, stdout, stderr) => {
        if (signal.aborted) reject(signal.reason);
        else if (error?.code === "ENOENT") reject(missing());
        else resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: `${stdout}\n${stderr}` });
      },
    );
  });
}

function missing(): DomainTrouble {
  return new DomainTrouble({
    code: "smbclient-missing",
    failure: "invalid",
    message: "there is no program smbclient here, by which files of a domain are read and written",
    next: "install it (Debian: apt-get install smbclient), or take spec.publish.domain away",
  });
}

function troubleOf({ login }: SmbRoom, ran: Ran): DomainTrouble {
  const said = linesOf(ran).find((line) => /\bNT_STATUS_/.test(line)) ?? "smbclient ended without a word";
  const status = /NT_STATUS_[A-Z_]+/.exec(said)?.[0] ?? said;
  const isDenied = status === "NT_STATUS_ACCESS_DENIED";
  return new DomainTrouble({
    code: isDenied ? "object-denied" : "domain-files",
    failure: isDenied ? "denied" : "retryable",
    message: isDenied
      ? `${login.username} may not write the object's files on ${login.host}`
      : `the files of the object on ${login.host}: ${status}`,
    next: isDenied
      ? "let the account edit the object: Group Policy Management, Delegation"
      : "look at the share sysvol of that server; apply again carries on from here",
  });
}

function linesOf({ text }: Ran): readonly string[] {
  return text.split("\n").map((line) => line.trim());
}
