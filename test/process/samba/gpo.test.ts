import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dword, text } from "../../../src/providers/workspaces/gpo/registry-entry.ts";
import { writeRegistryPol } from "../../../src/providers/workspaces/gpo/registry-pol.ts";
import {
  makeObject,
  openPolicyEstate,
  type PolicyEstate,
  samba,
  type TestObject,
} from "../../support/policy-domain.ts";
import { closeDc, DC, openDc } from "../../support/samba-dc.ts";
import { systemTestsMissing } from "../../support/system.ts";

const STRICT = "clipboard: disabled, printing: disabled, usb: disabled, idleDisconnect: 15m";
const LAX = "printing: enabled";
const THEIRS = writeRegistryPol([
  dword("SOFTWARE\\Policies\\Other", "theirs", 7),
  text("SOFTWARE\\Policies\\Other", "list", "a;b]"),
]);

let objects = 0;

async function open(): Promise<{ estate: PolicyEstate; object: TestObject; name: string }> {
  objects += 1;
  const name = `Lockdown ${objects}`;
  const object = await makeObject(name);
  const estate = openPolicyEstate(name);
  estate.declare(STRICT);
  return { estate, object, name };
}

const apply = (estate: PolicyEstate, environment?: Readonly<Record<string, string>>) =>
  estate.reeve(["apply", "--auto-approve"], environment);

async function expectInSync(estate: PolicyEstate): Promise<void> {
  const { code, stdout, stderr } = await estate.reeve(["plan", "--detailed-exitcode"]);
  expect([code, code === 0 ? "" : stdout + stderr]).toEqual([0, ""]);
}

describe.skipIf(systemTestsMissing("directory", "samba") !== null)("a policy in a Samba domain", () => {
  beforeAll(openDc, 240_000);
  afterAll(closeDc, 60_000);

  test("value by value into the object, beside others' values; then nothing is left to do", async () => {
    const { estate, object } = await open();
    await object.put("Machine\\Registry.pol", THEIRS);
    const plan = await estate.reeve(["plan"]);
    expect(plan.stdout).toContain("sample_usb");
    expect(plan.stdout).not.toContain("theirs");
    expect(await apply(estate)).toMatchObject({ code: 0 });
    expect(await object.values()).toMatchObject({
      "Other\\theirs": 7,
      "Other\\list": "a;b]",
      "WSP\\sample_usb": 0,
      "WSP\\sample_idle": 15,
      "WSP\\sample_printing": "none",
    });
    expect(await object.versions()).toEqual(["1", "1"]);
    expect(await object.attribute("gPCMachineExtensionNames")).toBe(
      "[{35378EAC-683F-11D2-A89A-00C04FBBCFA2}{D02B1F72-3407-48AE-BA88-E8213C6761F1}]",
    );
    await expectInSync(estate);

    estate.declare(LAX);
    expect(await apply(estate)).toMatchObject({ code: 0 });
    expect(await object.values()).toMatchObject({ "Other\\theirs": 7, "WSP\\**del.sample_usb": " " });
    expect(await object.versions()).toEqual(["2", "2"]);
    await expectInSync(estate);
  });

  test("Samba's own tools find the object sound", async () => {
    const { estate, object } = await open();
    expect(await apply(estate)).toMatchObject({ code: 0 });
    expect(await samba(["gpo", "aclcheck", "-H", `ldap://${DC.host}`])).not.toMatch(/error|invalid/i);
    const folder = mkdtempSync(join(tmpdir(), "reeve-backup-"));
    await samba(["gpo", "backup", object.guid, "-H", `ldap://${DC.host}`, "--tmpdir", folder]);
    const saved = readdirSync(folder, { recursive: true, encoding: "utf8" });
    const xml = saved.find((path) => /registry\.pol.*xml$/i.test(path));
    expect(readFileSync(join(folder, xml ?? ""), "utf8")).toContain("sample_usb");
  });

  test("the password is in no argument, no output and no file", async () => {
    const { estate } = await open();
    const ran = [
      await estate.reeve(["plan", "--format", "json"]),
      await apply(estate),
      await apply(estate, { GPO_PASSWORD: "Wrong.Canary1" }),
    ];
    expect(ran.map(({ code }) => code)).toEqual([0, 0, 1]);
    const files = readdirSync(estate.root, { recursive: true, encoding: "utf8", withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
    for (const secret of [DC.administratorPassword, "Wrong.Canary1"]) {
      for (const written of [...ran.flatMap(({ stdout, stderr }) => [stdout, stderr]), ...files])
        expect(written).not.toContain(secret);
    }
  });

  test("nothing of a run is left in the folder for temporary files", async () => {
    const { estate } = await open();
    const TMPDIR = mkdtempSync(join(tmpdir(), "reeve-tmp-"));
    expect(await apply(estate, { TMPDIR })).toMatchObject({ code: 0 });
    expect(readdirSync(TMPDIR)).toEqual([]);
  });

  test.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, string>>, string]>([
    ["a wrong password", {}, { GPO_PASSWORD: "Wrong.Passw0rd" }, "refuses the password of"],
    ["no password", {}, { GPO_PASSWORD: "" }, "GPO_PASSWORD holds nothing"],
    ["another authority", { authority: "policies/other.pem" }, {}, "is signed by an authority that is not trusted"],
    ["no authority's file", { authority: "policies/none.pem" }, {}, "it cannot be read"],
    [
      "another name than the certificate's",
      { servers: [{ host: "dc9.robco.test", address: DC.address }] },
      {},
      "bears another name",
    ],
    [
      "a server that is not there",
      { servers: [{ host: DC.host, address: "127.0.10.9" }] },
      {},
      "cannot be reached (ECONNREFUSED)",
    ],
    ["an object that is not there", { object: 'No "such"; (object)*' }, {}, "robco.test has no Group Policy object"],
    ["no smbclient", {}, { PATH: "/nonexistent" }, "there is no program smbclient here"],
  ])("%s is said with what to do", async (_name, domain, environment, words) => {
    const { estate, object } = await open();
    estate.declare(STRICT, domain);
    makeAuthority(join(estate.root, "policies/other.pem"));
    const { code, stdout, stderr } = await estate.reeve(["plan"], environment);
    expect(code).toBe(1);
    expect((stdout + stderr).replaceAll(/\s+/g, " ")).toContain(words);
    expect(existsSync(join(object.folder, "Reeve.json"))).toBe(false);
  });

  test("the second server is asked where the first is not there", async () => {
    const { estate } = await open();
    const servers = [
      { host: "dc9.robco.test", address: "127.0.10.9" },
      { host: DC.host, address: DC.address },
    ];
    estate.declare(STRICT, { servers });
    expect(await apply(estate)).toMatchObject({ code: 0 });
    await expectInSync(estate);
  });

  test("by Kerberos alone, though this machine's resolver does not know the domain", async () => {
    const { estate } = await open();
    estate.insist("--use-kerberos=required");
    expect(await apply(estate)).toMatchObject({ code: 0 });
    await expectInSync(estate);
  });

  test("who may read and not write: planned, refused, and nothing is changed", async () => {
    const { estate, object } = await open();
    estate.declare(STRICT, { username: "svc-enum@robco.test" });
    const password = { GPO_PASSWORD: DC.password };
    expect((await estate.reeve(["plan", "--detailed-exitcode"], password)).code).toBe(2);
    const { code, stdout, stderr } = await apply(estate, password);
    expect([code, (stdout + stderr).includes("may not write the object's files")]).toEqual([1, true]);
    expect([existsSync(join(object.folder, "Machine/Registry.pol")), await object.versions()]).toEqual([
      false,
      ["0", "0"],
    ]);
  });

  /** The reading of the plan and the one before the first write come first; after the last is nothing but the reading back. */
  test.each([3, 4, 5, 6, 7])("killed before start %d of smbclient: the next run converges", async (start) => {
    const { estate, object } = await open();
    await object.put("Machine\\Registry.pol", THEIRS);
    const killed = await estate.reeve(["apply", "--auto-approve"], {}, start);
    expect([killed.code, estate.starts().length]).toEqual([null, start]);
    expect(await apply(estate)).toMatchObject({ code: 0 });
    expect(await object.values()).toMatchObject({ "Other\\theirs": 7, "WSP\\sample_usb": 0 });
    const [gpt, directory] = await object.versions();
    expect([gpt, Number(gpt) > 0]).toEqual([directory, true]);
    expect(
      readdirSync(object.folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".new")),
    ).toEqual([]);
    await expectInSync(estate);
  });
});

/** Of an authority that signed nothing here. */
function makeAuthority(path: string): void {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null"];
  execFileSync("openssl", ["req", "-x509", ...key, "-subj", "/CN=Another", "-out", path], { stdio: "ignore" });
}
