import { execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { programArguments } from "../support/reeve.ts";

const ROOT = join(import.meta.dirname, "../..");
const CLI = programArguments("cli");
const PEER = "desired-state/wireguard/people.yaml";

/** With `--format json` stdout is one JSON document, whatever happens, and its schema is in `schemas/`. */
interface Row {
  readonly words: string;
  readonly estate: "good" | "applied" | "bad" | "unaddressed" | "unreadable" | "foreign" | "none";
  readonly schema: string;
  readonly code: number;
}

const ROWS: readonly Row[] = [
  { words: "validate", estate: "good", schema: "validation", code: 0 },
  { words: "validate", estate: "bad", schema: "validation", code: 1 },
  { words: "validate", estate: "unreadable", schema: "validation", code: 1 },
  { words: "validate", estate: "none", schema: "failure", code: 1 },
  { words: "plan", estate: "good", schema: "plan", code: 0 },
  { words: "plan --detailed-exitcode", estate: "good", schema: "plan", code: 2 },
  { words: "plan --detailed-exitcode", estate: "applied", schema: "plan", code: 0 },
  { words: "plan", estate: "bad", schema: "plan", code: 1 },
  { words: "plan", estate: "unreadable", schema: "plan", code: 1 },
  { words: "plan", estate: "foreign", schema: "plan", code: 0 },
  { words: "plan --only swarm-node-001", estate: "good", schema: "failure", code: 1 },
  { words: "plan --colour", estate: "good", schema: "failure", code: 1 },
  { words: "plan", estate: "none", schema: "failure", code: 1 },
  { words: "apply --auto-approve", estate: "good", schema: "apply-report", code: 0 },
  { words: "apply --auto-approve", estate: "applied", schema: "apply-report", code: 0 },
  { words: "apply --auto-approve", estate: "bad", schema: "apply-report", code: 1 },
  { words: "apply", estate: "good", schema: "failure", code: 1 },
  { words: "apply missing.json", estate: "good", schema: "failure", code: 1 },
  { words: "apply a.json b.json", estate: "good", schema: "failure", code: 1 },
  { words: "apply desired-state/reeve.yaml", estate: "good", schema: "failure", code: 1 },
  { words: "list", estate: "good", schema: "list", code: 0 },
  { words: "list --wide", estate: "applied", schema: "list", code: 0 },
  { words: "list", estate: "bad", schema: "failure", code: 1 },
  { words: "allocate", estate: "good", schema: "allocation", code: 0 },
  { words: "allocate", estate: "unaddressed", schema: "allocation", code: 0 },
  { words: "allocate --check", estate: "unaddressed", schema: "allocation", code: 1 },
  { words: "allocate", estate: "bad", schema: "failure", code: 1 },
  { words: "import", estate: "applied", schema: "import", code: 0 },
  { words: "import", estate: "foreign", schema: "import", code: 0 },
  { words: "import --print", estate: "foreign", schema: "import", code: 0 },
  { words: "import", estate: "bad", schema: "failure", code: 1 },
  { words: "access who-can-reach alice", estate: "good", schema: "access", code: 0 },
  { words: "access who-can-reach ws-alice", estate: "applied", schema: "access", code: 0 },
  { words: "access who-can-reach ctf-evening", estate: "applied", schema: "access", code: 0 },
  { words: "access what-can-reach alice --planned", estate: "good", schema: "access", code: 0 },
  { words: "access what-can-reach alice --now 2036-01-01T00:00:00Z", estate: "applied", schema: "access", code: 0 },
  { words: "access who-can-reach alcie", estate: "good", schema: "failure", code: 1 },
  { words: "access what-can-reach", estate: "good", schema: "failure", code: 1 },
  { words: "access what-can-reach alice", estate: "bad", schema: "failure", code: 1 },
  { words: "explain WireGuardPeer", estate: "good", schema: "failure", code: 1 },
  { words: "peer config alice-laptop", estate: "good", schema: "failure", code: 1 },
  { words: "plann", estate: "good", schema: "failure", code: 1 },
];

/** The sample estate's desktops stand in the sandbox. */
const ENVIRONMENT = { ...process.env, REEVE_SANDBOX: "1" };

let folder: string;
const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });

/** What the estates have in common is made once and copied. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-json-"));
  for (const file of readdirSync(join(ROOT, "schemas"))) {
    const schema = JSON.parse(readFileSync(join(ROOT, "schemas", file), "utf8")) as Record<string, unknown>;
    if (schema["x-reeve-kind"] === undefined && file !== "common.schema.json") ajv.addSchema(schema);
  }
  for (const estate of ["good", "applied", "bad", "unaddressed", "unreadable", "foreign", "none"]) {
    cpSync(join(ROOT, "desired-state"), join(folder, estate, "desired-state"), { recursive: true });
  }
  const cwd = join(folder, "applied");
  execFileSync(process.execPath, [...CLI, "apply", "--auto-approve"], { cwd, env: ENVIRONMENT, stdio: "ignore" });
  cpSync(join(folder, "applied"), join(folder, "foreign"), { recursive: true });
  const peer = readFileSync(join(ROOT, PEER), "utf8");
  writeFileSync(join(folder, "bad", PEER), peer.replace("10.8.0.40", "10.8.0.23").replace("suspended:", "suspnded:"));
  writeFileSync(join(folder, "unaddressed", PEER), peer.replace(/^ {2}addresses: \[10\.8\.0\.40\].*\n/m, ""));
  writeFileSync(join(folder, "unreadable", PEER), "a: [1, 2\nb: *nowhere\n");
  addForeignPeer(join(folder, "foreign/.reeve/sample/wg0.conf"));
  rmSync(join(folder, "none/desired-state"), { recursive: true });
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function addForeignPeer(file: string): void {
  const block = "\n[Peer]\nPublicKey = k1RF9fO1WLb3xEqxKIAUIPZtzBKD0BIKoVyEE3YvhHE=\nAllowedIPs = 10.8.0.200/32\n";
  writeFileSync(file, `${readFileSync(file, "utf8")}${block}`);
}

/** A fresh copy: commands write. */
function copyOf(estate: Row["estate"]): string {
  const copy = mkdtempSync(join(folder, `${estate}-`));
  cpSync(join(folder, estate), copy, { recursive: true });
  return copy;
}

function complaints(schema: string, text: string): unknown {
  const validate = ajv.getSchema(`https://reeve.dev/schemas/${schema}.schema.json`);
  if (validate === undefined) return `no schema ${schema}`;
  return validate(JSON.parse(text)) === true ? [] : validate.errors;
}

test.each(ROWS)("reeve $words, $estate estate: $schema, exit code $code", ({ words, estate, schema, code }) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...CLI, ...words.split(" "), "--format", "json"], {
    cwd: copyOf(estate),
    env: ENVIRONMENT,
    encoding: "utf8",
    input: "",
  });
  expect({ complaints: complaints(schema, stdout), status, stderr: stderr.match(/bug in Reeve/) }).toEqual({
    complaints: [],
    status: code,
    stderr: null,
  });
});

test("the two spellings of the flag are one", () => {
  const run = (...format: readonly string[]) =>
    spawnSync(process.execPath, [...CLI, "plan", ...format], {
      cwd: copyOf("good"),
      env: ENVIRONMENT,
      encoding: "utf8",
    }).stdout;
  expect(run("--format=json")).toBe(run("--format", "json"));
});

test("Ctrl-C while a hub is read: one JSON document, exit code 130", async () => {
  const cwd = copyOf("good");
  const started = join(cwd, "started");
  writeFileSync(join(cwd, "git"), `#!/bin/sh\n: > ${started}\nexec sleep 2\n`, { mode: 0o755 });
  const child = spawn(process.execPath, [...CLI, "plan", "--format", "json"], {
    cwd,
    env: { ...ENVIRONMENT, PATH: `${cwd}:${process.env.PATH}` },
  });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  await expect.poll(() => existsSync(started), { timeout: 10_000 }).toBe(true);
  child.kill("SIGINT");
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect(code).toBe(130);
  expect(complaints("failure", stdout)).toEqual([]);
}, 20_000);
