import { describe, expect, test } from "vitest";
import {
  compareObject,
  type ObjectComparison,
} from "../../../../../src/providers/workspaces/gpo/domain/compare-object.ts";
import { DomainTrouble } from "../../../../../src/providers/workspaces/gpo/domain/domain-trouble.ts";
import { versionOfGptIni, withGptVersion } from "../../../../../src/providers/workspaces/gpo/domain/object-version.ts";
import { pushObject } from "../../../../../src/providers/workspaces/gpo/domain/push-object.ts";
import {
  describeData,
  dword,
  type RegistryEntry,
  text,
} from "../../../../../src/providers/workspaces/gpo/registry-entry.ts";
import { readRegistryPol, writeRegistryPol } from "../../../../../src/providers/workspaces/gpo/registry-pol.ts";
import { bundleOf, LOCKED_DOWN, TEMPLATE } from "../sample.ts";
import { Killed, type MemoryDomain, newObject, TARGET } from "./memory-domain.ts";

const K = "SOFTWARE\\Policies\\Amazon\\WSP";
const OTHERS = [dword("SOFTWARE\\Policies\\Other", "theirs", 7), text(K, "also_theirs", "x")];
const STRICT = bundleOf(LOCKED_DOWN).entries;
const LAX = bundleOf({ printing: "enabled", template: TEMPLATE }).entries;

async function compare(domain: MemoryDomain, entries = STRICT, policy = "locked-down"): Promise<ObjectComparison> {
  const compared = compareObject({ estate: "robco", policy, entries }, await domain.readObject(TARGET));
  if ("code" in compared) throw new Error(`${compared.code}: ${compared.message}`);
  return compared;
}

async function push(domain: MemoryDomain, entries = STRICT): Promise<void> {
  const { fields, push: wanted } = await compare(domain, entries);
  if (fields.length > 0) await pushObject(domain, TARGET, wanted);
}

function valuesOf(file: Uint8Array | null): readonly string[] {
  const read = file === null ? [] : readRegistryPol(file);
  if ("trouble" in read) throw new Error(read.trouble);
  return read.map((entry) => `${entry.key}\\${entry.value}=${describeData(entry)}`);
}

const shown = ({ fields }: ObjectComparison): readonly string[] =>
  fields.map(({ path, before, after }) => `${path}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`);

/** Somebody at the Group Policy editor: a value more, and the version raised on both sides. */
function editByHand(domain: MemoryDomain, entry: RegistryEntry): void {
  const read = domain.files.registryPol === null ? [] : readRegistryPol(domain.files.registryPol);
  if ("trouble" in read) throw new Error(read.trouble);
  domain.version += 1;
  domain.files = {
    ...domain.files,
    registryPol: writeRegistryPol([...read, entry]),
    gptIni: withGptVersion(domain.files.gptIni, domain.version),
  };
}

describe("a policy in an object of the domain", () => {
  test("value by value, then nothing; others' values and the users' half of the version stay", async () => {
    const domain = newObject(writeRegistryPol([...OTHERS, dword(K, "sample_usb", 1)]), 3 * 0x1_0000 + 65_535);
    const found = shown(await compare(domain));
    expect(found).toContain(`domain.registry["${K.replaceAll("\\", "\\\\")}\\\\sample_usb"]: "1" -> "0"`);
    expect(found).toContain("domain.version: 65535 -> 1");
    expect(found.join("\n")).not.toContain("theirs");
    await push(domain);
    expect(shown(await compare(domain))).toEqual([]);
    expect(valuesOf(domain.files.registryPol).slice(0, 2)).toEqual(
      OTHERS.map((one) => `${one.key}\\${one.value}=${describeData(one)}`),
    );
    expect([domain.version, versionOfGptIni(domain.files.gptIni ?? new Uint8Array())]).toEqual([0x3_0001, 0x3_0001]);
    expect(domain.client.values).toEqual(domain.files.registryPol);
  });

  test("what the policy gives up is taken away from desktops, and nothing of others", async () => {
    const domain = newObject(writeRegistryPol(OTHERS));
    await push(domain);
    await push(domain, LAX);
    const values = valuesOf(domain.files.registryPol);
    expect(values).toContain(`${K}\\**del.sample_usb=taken away`);
    expect(values).toContain(`${K}\\also_theirs="x"`);
    expect(shown(await compare(domain, LAX))).toEqual([]);
  });

  test("a value that somebody changed is drift; one that they added is theirs", async () => {
    const domain = newObject();
    await push(domain);
    editByHand(domain, dword(K, "new_and_theirs", 1));
    expect(shown(await compare(domain))).toEqual([]);
    const entries = STRICT.filter(({ value }) => value !== "sample_usb");
    domain.files = { ...domain.files, registryPol: writeRegistryPol([...entries, dword(K, "SAMPLE_USB", 1)]) };
    expect(shown(await compare(domain)).filter((line) => line.includes("registry["))).toEqual([
      `domain.registry["${K.replaceAll("\\", "\\\\")}\\\\sample_usb"]: "1" -> "0"`,
    ]);
  });

  test("an object that has every value already is marked, and its version stays", async () => {
    const domain = newObject(writeRegistryPol(STRICT), 5);
    domain.extensions = "[{35378EAC-683F-11D2-A89A-00C04FBBCFA2}{D02B1F72-3407-48AE-BA88-E8213C6761F1}]";
    expect(shown(await compare(domain))).toEqual(['domain.files["Reeve.json"]: null -> "as rendered"']);
    await push(domain);
    expect([domain.version, shown(await compare(domain))]).toEqual([5, []]);
  });

  test.each<[string, Partial<MemoryDomain["files"]> | { extensions: string }, string]>([
    ["a Registry.pol that is none", { registryPol: new Uint8Array([1, 2]) }, "not a registry policy file"],
    ["a damaged one", { registryPol: writeRegistryPol(OTHERS).subarray(0, 40) }, "damaged at byte 8"],
    ["no GPT.INI", { gptIni: null }, "GPT.INI is missing"],
    ["a GPT.INI without a version", { gptIni: Buffer.from("[General]\r\n") }, "says no version"],
    ["a marker that is none", { marker: Buffer.from("{}") }, "Reeve.json is not as Reeve writes it"],
    ["a list of extensions that is none", { extensions: "nonsense" }, "gPCMachineExtensionNames are not understood"],
  ])("%s is refused, not written over", async (_name, broken, words) => {
    const domain = newObject();
    if ("extensions" in broken) domain.extensions = broken.extensions;
    else domain.files = { ...domain.files, ...broken };
    await expect(compare(domain)).rejects.toThrow(words);
  });

  test("another policy's object is taken", async () => {
    const domain = newObject();
    await push(domain);
    await expect(compare(domain, STRICT, "other")).rejects.toThrow(
      'object-taken: the object holds the policy "locked-down"',
    );
  });
});

/** Staged, three files replaced, the version raised. */
const STEPS = 5;
const at = Array.from({ length: STEPS }, (_one, step) => step);

describe("a push that is cut short", () => {
  const starts = at.flatMap((step) => [[step, "a new object"] as const, [step, "one with values"] as const]);
  test.each(starts)(
    "before step %d, in %s: the next run comes to the same end, and desktops follow it",
    async (step, start) => {
      const begin = async (): Promise<MemoryDomain> => {
        const domain = newObject(writeRegistryPol(OTHERS), 8);
        if (start !== "a new object") await push(domain, LAX);
        return Object.assign(domain, { steps: 0 });
      };
      const [domain, whole] = [await begin(), await begin()];
      domain.diesAt = step;
      await expect(push(domain)).rejects.toThrow(Killed);
      expect((await compare(domain)).fields.length).toBeGreaterThan(0);
      domain.diesAt = null;
      await push(domain);
      await push(whole);
      expect(valuesOf(domain.files.registryPol)).toEqual(valuesOf(whole.files.registryPol));
      expect(shown(await compare(domain))).toEqual([]);
      expect(domain.client.values).toEqual(domain.files.registryPol);
      expect(versionOfGptIni(domain.files.gptIni ?? new Uint8Array())).toBe(domain.version);
    },
  );

  test.each(at.flatMap((first) => at.map((second) => [first, second] as const)))(
    "twice, before steps %d and %d, with other values wanted in between",
    async (first, second) => {
      const domain = newObject();
      domain.diesAt = first;
      await expect(push(domain)).rejects.toThrow(Killed);
      Object.assign(domain, { diesAt: second, steps: 0 });
      await push(domain, LAX).catch((error: unknown) => expect(error).toBeInstanceOf(Killed));
      Object.assign(domain, { diesAt: null, steps: 0 });
      await push(domain);
      expect([shown(await compare(domain)), domain.client.values]).toEqual([[], domain.files.registryPol]);
      for (const entry of STRICT)
        expect(valuesOf(domain.files.registryPol)).toContain(`${entry.key}\\${entry.value}=${describeData(entry)}`);
    },
  );
});

describe("somebody else at the same object", () => {
  test("who edits between plan and apply keeps what they wrote", async () => {
    const domain = newObject();
    const { push: planned } = await compare(domain);
    editByHand(domain, OTHERS[0] ?? dword(K, "x", 1));
    await expect(pushObject(domain, TARGET, planned)).rejects.toThrow('somebody changed "Lockdown" in the meantime');
    expect(domain.steps).toBe(0);
    await push(domain);
    expect(valuesOf(domain.files.registryPol)[0]).toContain("theirs=7");
  });

  test.each(at)("who edits before step %d is noticed, and the next run converges", async (step) => {
    const domain = newObject();
    domain.onStep = (number) => {
      if (number === step) editByHand(domain, dword("SOFTWARE\\Policies\\Other", "late", 1));
    };
    const outcome = await push(domain).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(DomainTrouble);
    domain.onStep = () => {};
    await push(domain);
    expect([shown(await compare(domain)), domain.client.values]).toEqual([[], domain.files.registryPol]);
  });
});
