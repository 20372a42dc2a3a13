import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  deletion,
  describeData,
  dword,
  REGISTRY_TYPES,
  type RegistryEntry,
  type RegistryType,
  text,
} from "../../../../src/providers/workspaces/gpo/registry-entry.ts";
import {
  entryTrouble,
  readRegistryPol,
  writeRegistryPol,
} from "../../../../src/providers/workspaces/gpo/registry-pol.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test("one number, byte by byte", () => {
  expect(hex(writeRegistryPol([dword("A\\B", "v", 7)]))).toBe(
    [
      "50526567" + "01000000",
      "5b00" + "41005c004200" + "0000",
      "3b00" + "7600" + "0000",
      "3b00" + "04000000",
      "3b00" + "04000000",
      "3b00" + "07000000" + "5d00",
    ].join(""),
  );
});

test("an empty policy is a header", () => {
  expect(hex(writeRegistryPol([]))).toBe("5052656701000000");
  expect(readRegistryPol(writeRegistryPol([]))).toEqual([]);
});

test.each([
  [dword("K", "v", 4_294_967_295), "4294967295"],
  [text("K", "v", 'a "b"'), '"a \\"b\\""'],
  [deletion("K", "v"), "taken away"],
  [{ key: "K", value: "v", type: "Binary", data: new Uint8Array([1, 255]) } as const, "Binary 01ff"],
])("%# is shown as %s", (entry, shown) => expect(describeData(entry)).toBe(shown));

describe("what a file cannot hold", () => {
  test.each([
    ["a NUL in a name", dword("K\0;x", "v", 1)],
    ["half a character", dword("K", "\ud800", 1)],
    ["a long name", dword("K".repeat(260), "v", 1)],
    ["no key", dword("", "v", 1)],
    ["a key of the root", dword("\\K", "v", 1)],
    ["too much data", text("K", "v", "x".repeat(40_000))],
  ])("%s is refused", (_name, entry) => {
    expect(entryTrouble(entry)).not.toBeNull();
    expect(() => writeRegistryPol([entry])).toThrow(TypeError);
  });
});

const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 60 })
  .filter((one) => !one.includes("\0") && one.length <= 259);
const types = fc.constantFrom(...(Object.keys(REGISTRY_TYPES) as RegistryType[]));

/** Names with the format's own delimiters in them, data of any bytes: what hostile templates would try. */
const anyEntry: fc.Arbitrary<RegistryEntry> = fc
  .record({
    key: fc.oneof(name, fc.constantFrom("A;B", "A]B[", "A\\;\\]", "];[")),
    value: fc.oneof(name, fc.constantFrom("", ";", "]", "**del.x", "[k;v;")),
    type: types,
    data: fc.uint8Array({ maxLength: 200 }),
  })
  .filter((entry) => entryTrouble(entry) === null);

describe("laws", () => {
  test("what is written reads back the same", () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 12 }), (entries) => {
        expect(readRegistryPol(writeRegistryPol(entries))).toEqual(entries);
      }),
    );
  });

  test("half a file is damage, and no bytes at all are an exception", () => {
    fc.assert(
      fc.property(anyEntry, fc.nat(), (entry, at) => {
        const file = writeRegistryPol([entry]);
        expect(readRegistryPol(file.slice(0, 9 + (at % (file.length - 9))))).toHaveProperty("trouble");
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(() => readRegistryPol(bytes)).not.toThrow();
        expect(() => readRegistryPol(new Uint8Array([...writeRegistryPol([]), ...bytes]))).not.toThrow();
      }),
    );
  });
});
