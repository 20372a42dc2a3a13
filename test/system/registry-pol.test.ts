import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import {
  deletion,
  dword,
  fromUtf16,
  REGISTRY_TYPES,
  type RegistryEntry,
  text,
  viewOf,
} from "../../src/providers/workspaces/gpo/registry-entry.ts";
import { readRegistryPol, writeRegistryPol } from "../../src/providers/workspaces/gpo/registry-pol.ts";
import { REGISTRY_POL } from "../../src/providers/workspaces/gpo/render-bundle.ts";
import { bundleOf, LOCKED_DOWN } from "../providers/workspaces/gpo/sample.ts";
import { systemTestsMissing } from "../support/system.ts";

/** Parses standard input as Samba does, prints what it found, and what Samba itself would write of it. */
const PARSE = `
import base64, json, sys
from samba.dcerpc import preg
from samba.ndr import ndr_pack, ndr_unpack
f = ndr_unpack(preg.file, sys.stdin.buffer.read())
def shown(data):
    if isinstance(data, (bytes, bytearray, list)): return bytes(data).hex()
    return data
entries = [[e.keyname, e.valuename, e.type, e.size, shown(e.data)] for e in f.entries]
print(json.dumps({"signature": f.header.signature, "version": f.header.version, "entries": entries,
                  "again": base64.b64encode(ndr_pack(f)).decode()}))
`;

/** Samba's own file with the same entries, so that both writers can be compared. */
const WRITE = `
import base64, json, sys
from samba.dcerpc import preg
from samba.ndr import ndr_pack
entries = []
for key, value, kind, data in json.load(sys.stdin):
    e = preg.entry()
    e.keyname, e.valuename, e.type = key, value, kind
    e.data = data
    entries.append(e)
f = preg.file()
f.header.signature, f.header.version = "PReg", 1
f.num_entries, f.entries = len(entries), entries
sys.stdout.buffer.write(ndr_pack(f))
`;

function python(program: string, input: Uint8Array | string): Buffer {
  const ran = spawnSync("/usr/bin/python3", ["-c", program], { input, maxBuffer: 64 * 1024 * 1024 });
  if (ran.status !== 0) throw new Error(ran.stderr.toString());
  return ran.stdout;
}

interface Parsed {
  readonly signature: string;
  readonly version: number;
  readonly entries: readonly (readonly [string, string, number, number, unknown])[];
  readonly again: string;
}

function parse(file: Uint8Array): Parsed {
  return JSON.parse(python(PARSE, file).toString("utf8")) as Parsed;
}

/** An entry's data as Samba's bindings hand it out: numbers, texts, or bytes as hexadecimal. */
function content({ type, data }: RegistryEntry): unknown {
  if (type === "DWord") return viewOf(data).getUint32(0, true);
  if (type === "String" || type === "ExpandString") return fromUtf16(data).replace(/\0$/, "");
  return Buffer.from(data).toString("hex");
}

const K = "SOFTWARE\\Policies\\Amazon\\WSP";
const HOSTILE: readonly RegistryEntry[] = [
  dword(K, "a", 0),
  dword(K, "b", 0xffffffff),
  dword(`${K};]["'$(x)`, ";];[", 1),
  dword(K, "ü 日本 🖥", 3),
  text(K, "text", "];[a;b"),
  text(K, "empty", ""),
  text(K, "wide", "日本 🖥 é"),
  deletion(K, "gone"),
  dword(K, "x".repeat(259), 7),
  { key: K, value: "bytes", type: "Binary", data: new Uint8Array([0, 1, 0x5d, 0, 0x3b, 0, 255]) },
];

describe.skipIf(systemTestsMissing("samba") !== null)("Samba's parser", () => {
  test("reads the rendered bundle's entries, and would write the same bytes", () => {
    const bundle = bundleOf(LOCKED_DOWN);
    const file = bundle.files.get(REGISTRY_POL) ?? new Uint8Array();
    const parsed = parse(file);
    expect(parsed).toMatchObject({ signature: "PReg", version: 1 });
    expect(parsed.entries).toEqual(
      bundle.entries.map((one) => [one.key, one.value, REGISTRY_TYPES[one.type], one.data.length, content(one)]),
    );
    expect(parsed.again).toBe(Buffer.from(file).toString("base64"));
  });

  test.each(HOSTILE.map((entry) => [entry.value.slice(0, 12), entry] as const))(
    "reads %s as it was written",
    (_name, entry) => {
      const file = writeRegistryPol([entry]);
      const parsed = parse(file);
      const { key, value, type, data } = entry;
      expect(parsed.entries).toEqual([[key, value, REGISTRY_TYPES[type], data.length, content(entry)]]);
      expect(parsed.again).toBe(Buffer.from(file).toString("base64"));
    },
  );

  test("writes files that Reeve's reader takes for the same entries", () => {
    const entries = HOSTILE.filter(({ type }) => type === "DWord" || type === "String");
    const asked = entries.map((one) => [one.key, one.value, REGISTRY_TYPES[one.type], content(one)]);
    const file = python(WRITE, JSON.stringify(asked));
    expect(readRegistryPol(new Uint8Array(file))).toEqual(entries);
  });
});
