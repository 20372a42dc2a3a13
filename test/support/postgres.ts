/** A real PostgreSQL of this test's own, on a socket in a folder of its own. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Client } from "pg";

const ROOT = "/usr/lib/postgresql";
const [VERSION = ""] = existsSync(ROOT) ? readdirSync(ROOT).toSorted((a, b) => Number(b) - Number(a)) : [];

/** It refuses to run as root. */
const NOBODY = 65_534;
const IDS = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

export interface Postgres {
  readonly url: string;
  /** At once, as in a power cut. */
  stop(): Promise<void>;
  /** On the same data. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Says so, loudly, where there is none. */
export function postgresMissing(who: string): boolean {
  if (existsSync(binary("initdb"))) return false;
  process.stderr.write(`SKIPPED: ${who} needs PostgreSQL (package postgresql)\n`);
  if (process.env["REEVE_REQUIRE_SYSTEM_TESTS"] === "1") throw new Error("PostgreSQL is missing");
  return true;
}

export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), "reeve-pg-"));
  chmodSync(folder, 0o700);
  if (IDS.uid !== undefined) chownSync(folder, IDS.uid, IDS.gid);
  const data = join(folder, "data");
  const options = { ...IDS, cwd: folder, stdio: "ignore" } as const;
  execFileSync(binary("initdb"), ["-D", data, "-U", "reeve", "-A", "trust", "--no-sync"], options);
  const url = `postgresql://reeve@localhost/postgres?host=${encodeURIComponent(folder)}`;
  const start = async () => {
    const started = spawn(binary("postgres"), ["-D", data, "-k", folder, "-c", "listen_addresses=", "-F"], options);
    for (let tries = 0; !(await isReady(url)) && tries < 400; tries += 1) await setTimeout(50);
    return started;
  };
  let server = await start();
  const stop = async (): Promise<void> => {
    const ended = once(server, "exit");
    server.kill("SIGQUIT");
    await ended;
  };
  return {
    url,
    stop,
    start: async () => {
      server = await start();
    },
    close: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Its socket is there before it takes anybody in. */
async function isReady(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

function binary(name: string): string {
  return join(ROOT, VERSION, "bin", name);
}
