/** A policy of an estate and its object in the run's domain controller, looked at with Samba's own tools. */
import { execFile } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Ran, runReeve } from "./reeve.ts";
import { DC, dcAuthority, dcFolder, withDcDns } from "./samba-dc.ts";

const run = promisify(execFile);
const TEMPLATE = join(import.meta.dirname, "../fixtures/workspaces");

export interface PolicyEstate {
  readonly root: string;
  /** Every argument that a program `smbclient` was given, a line a start. */
  readonly starts: () => readonly string[];
  declare(settings: string, domain?: Readonly<Record<string, unknown>>): void;
  /** More arguments for smbclient. */
  insist(more: string): void;
  /** Killed before that start of smbclient, counted from 1; 0 for never. */
  reeve(args: readonly string[], environment?: Readonly<Record<string, string>>, diesBefore?: number): Promise<Ran>;
}

/**
 * Runs the real one, writes down how it was started, and kills who started it where a file says so; none of it goes by the
 * environment, of which Reeve hands nothing on.
 */
const SHIM = (log: string): string => `#!/bin/bash
printf '%q ' "$@" >>"${log}"; echo >>"${log}"
if [ "$(wc -l <"${log}")" = "$(cat "${log}.last")" ]; then kill -9 "$PPID"; exit 1; fi
exec /usr/bin/smbclient "$@" $(cat "${log}.more")
`;

export function openPolicyEstate(object: string): PolicyEstate {
  const root = mkdtempSync(join(tmpdir(), "reeve-gpo-"));
  const state = join(root, "desired-state");
  const log = join(root, "starts");
  mkdirSync(join(root, "bin"));
  mkdirSync(state);
  const insist = (more: string): void => writeFileSync(`${log}.more`, more);
  insist("");
  writeFileSync(join(root, "bin/smbclient"), SHIM(log));
  chmodSync(join(root, "bin/smbclient"), 0o755);
  cpSync(TEMPLATE, join(root, "policies"), { recursive: true });
  writeFileSync(join(root, "policies/ca.pem"), dcAuthority());
  const settings = {
    providers: { workspaces: { accountId: "123456789012" }, sites: { secrets: { environment: ["GPO_PASSWORD"] } } },
  };
  const estate = { apiVersion: "reeve.dev/v1", kind: "Estate", metadata: { name: "robco" }, spec: settings };
  writeFileSync(join(state, "reeve.yaml"), JSON.stringify(estate));
  return {
    root,
    insist,
    starts: () => readFileSync(log, "utf8").split("\n").slice(0, -1),
    declare: (words, domain = {}) =>
      writeFileSync(join(state, "policy.yaml"), policyText(words, { object, ...domain })),
    reeve: (args, environment = {}, diesBefore = 0) => {
      writeFileSync(log, "");
      writeFileSync(`${log}.last`, String(diesBefore));
      const PATH = `${join(root, "bin")}:${process.env["PATH"]}`;
      return runReeve(args, {
        cwd: root,
        environment: { PATH, GPO_PASSWORD: DC.administratorPassword, ...environment },
      });
    },
  };
}

function policyText(settings: string, domain: Readonly<Record<string, unknown>>): string {
  const whole = {
    name: DC.domain,
    servers: [{ host: DC.host, address: DC.address }],
    authority: "policies/ca.pem",
    username: DC.administrator,
    passwordFrom: { env: "GPO_PASSWORD" },
    ...domain,
  };
  const template = "{ admx: policies/wsp.admx, adml: policies/en-US/wsp.adml }";
  return `apiVersion: reeve.dev/v1
kind: WorkspaceSecurityPolicy
metadata: { name: locked-down }
spec: { ${settings}, template: ${template}, publish: { domain: ${JSON.stringify(whole)} } }
`;
}

/** Prints a Registry.pol as Samba reads it. */
const PARSE = `
import json, sys
from samba.dcerpc import preg
from samba.ndr import ndr_unpack
f = ndr_unpack(preg.file, open(sys.argv[1], "rb").read())
print(json.dumps([[e.keyname.split("\\\\")[-1] + "\\\\" + e.valuename, e.data if isinstance(e.data, (int, str)) else bytes(e.data).hex()] for e in f.entries]))
`;

export interface TestObject {
  readonly guid: string;
  /** The object's folder on the controller's own disk. */
  readonly folder: string;
  /** Value by place as Samba's parser reads the file on the controller's disk. */
  values(): Promise<Readonly<Record<string, unknown>>>;
  /** The version in GPT.INI, and the one of the directory. */
  versions(): Promise<readonly [string | undefined, string | undefined]>;
  /** What the directory holds of an attribute. */
  attribute(name: string): Promise<string | undefined>;
  /** A file put there by smbclient, as another administrator would. */
  put(path: string, content: Uint8Array): Promise<void>;
}

export async function makeObject(name: string): Promise<TestObject> {
  const made = await samba(["gpo", "create", name, "-H", `ldap://${DC.host}`]);
  const guid = /\{[0-9A-F-]{36}\}/.exec(made)?.[0] ?? "";
  const folder = join(sysvol(), DC.domain, "Policies", guid);
  const attribute = async (wanted: string): Promise<string | undefined> => {
    const url = join(dcFolder(), "private/sam.ldb");
    const dn = `CN=${guid},CN=Policies,CN=System,${DC.namingContext}`;
    const { stdout } = await run("ldbsearch", ["-H", url, "-b", dn, "-s", "base", wanted]);
    return new RegExp(`^${wanted}: (.*)$`, "m").exec(stdout.replaceAll("\n ", ""))?.[1];
  };
  return {
    guid,
    folder,
    values: async () => {
      const { stdout } = await run("/usr/bin/python3", ["-c", PARSE, join(folder, "Machine/Registry.pol")]);
      return Object.fromEntries(JSON.parse(stdout));
    },
    versions: async () => [
      /^Version=(\d+)/m.exec(readFileSync(join(folder, "GPT.INI"), "latin1"))?.[1],
      await attribute("versionNumber"),
    ],
    attribute,
    put: async (path, content) => {
      const local = join(mkdtempSync(join(tmpdir(), "reeve-put-")), "file");
      writeFileSync(local, content);
      const remote = `${DC.domain}\\Policies\\${guid}\\${path}`;
      const args = [`//${DC.host}/sysvol`, "-I", DC.address, "-U", "Administrator", "-s", "/dev/null"];
      const env = { PATH: process.env["PATH"], PASSWD: DC.administratorPassword };
      await run("smbclient", [...args, "-c", `put ${local} "${remote}"`], { env });
    },
  };
}

/** samba-tool, as the domain's administrator, with the controller as its resolver. */
export async function samba(args: readonly string[]): Promise<string> {
  const [program = "", ...before] = withDcDns();
  const env = { ...process.env, PASSWD: DC.administratorPassword };
  const whole = [...before, "samba-tool", ...args, "-U", "Administrator", "-s", "/dev/null"];
  const { stdout, stderr } = await run(program, whole, { env });
  return stdout + stderr;
}

function sysvol(): string {
  const found = readdirSync(dcFolder(), { recursive: true, encoding: "utf8" }).find((path) => path.endsWith("sysvol"));
  return join(dcFolder(), found ?? "");
}
