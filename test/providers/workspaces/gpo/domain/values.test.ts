import { describe, expect, test } from "vitest";
import { withRegistryExtension } from "../../../../../src/providers/workspaces/gpo/domain/extension-names.ts";
import {
  isBehind,
  newest,
  nextMachine,
  readVersion,
  signedVersion,
  versionOfGptIni,
  withGptVersion,
  withMachine,
} from "../../../../../src/providers/workspaces/gpo/domain/object-version.ts";

describe("a version", () => {
  test.each([
    ["0", 0, "0"],
    ["65537", 65_537, "65537"],
    ["-65535", 0xffff_0001, "-65535"],
    ["4294901761", 0xffff_0001, "-65535"],
    ["2147483648", 0x8000_0000, "-2147483648"],
  ])("%s", (text, version, written) => {
    expect([readVersion(text), signedVersion(version)]).toEqual([version, written]);
  });

  test.each([null, "", "1.5", "x", "99999999999", "4294967296", "-2147483649"])("%s is none", (text) => {
    expect(readVersion(text)).toBeNull();
  });

  test("leaves the users' half as it is", () => {
    expect(withMachine(0xffff_0001, 7)).toBe(0xffff_0007);
    expect(withMachine(3 * 0x1_0000 + 65_535, nextMachine(65_535))).toBe(3 * 0x1_0000 + 1);
  });

  test.each([
    [0, 1, true],
    [1, 1, false],
    [2, 1, false],
    [65_535, 1, true],
    [1, 65_535, false],
    [65_535, 65_535, false],
    [0, 65_535, true],
    [0, 40_000, true],
    [40_000, 0, false],
    [0, 0, false],
  ])("%d is behind %d: %s", (machine, intended, answer) => {
    expect(isBehind(machine, intended)).toBe(answer);
  });

  test("the newest is the one ahead, also where versions have gone round", () => {
    expect([newest([3, 5, 4]), newest([65_535, 1]), newest([40_000]), newest([0, 0]), newest([])]).toEqual([
      5, 1, 40_000, 0, 0,
    ]);
  });
});

describe("GPT.INI", () => {
  test.each([
    ["[General]\r\nVersion=3\r\n", "[General]\r\nVersion=9\r\n"],
    ["[General]\r\nVersion=-65535\r\ndisplayName=Neu \xe4\r\n", "[General]\r\nVersion=9\r\ndisplayName=Neu \xe4\r\n"],
    ["[General]\nversion = 3\ngPCFunctionalityVersion=2\n", "[General]\nversion = 9\ngPCFunctionalityVersion=2\n"],
    ["[General]\r\ndisplayName=x\r\n", "[General]\r\nVersion=9\r\ndisplayName=x\r\n"],
    ["", "[General]\r\nVersion=9\r\n"],
  ])("%j", (before, after) => {
    const changed = withGptVersion(new Uint8Array(Buffer.from(before, "latin1")), 9);
    expect(Buffer.from(changed).toString("latin1")).toBe(after);
    expect(versionOfGptIni(changed)).toBe(9);
  });
});

const REGISTRY = "{35378EAC-683F-11D2-A89A-00C04FBBCFA2}";
const EDITOR = "{D02B1F72-3407-48AE-BA88-E8213C6761F1}";
const SCRIPTS = "{42B5FAAE-6536-11D2-AE5A-0000F87571E3}";
const SECURITY = "{827D319E-6EAC-11D2-A4EA-00C04F79F83A}";
const FIRST = "{00000000-0000-0000-0000-000000000000}";
const TOOL = "{803E14A0-B4FB-11D0-A0D0-00A0C90F574B}";

describe("the client's extensions", () => {
  test.each([
    ["none yet", null, `[${REGISTRY}${EDITOR}]`],
    ["an empty list", "", `[${REGISTRY}${EDITOR}]`],
    ["listed already: as it stands", `[${REGISTRY}${EDITOR}]`, `[${REGISTRY}${EDITOR}]`],
    [
      "listed in small letters",
      `[${REGISTRY.toLowerCase()}${EDITOR.toLowerCase()}]`,
      `[${REGISTRY.toLowerCase()}${EDITOR.toLowerCase()}]`,
    ],
    [
      "others, before and after",
      `[${FIRST}${TOOL}][${SECURITY}${TOOL}]`,
      `[${FIRST}${TOOL}][${REGISTRY}${EDITOR}][${SECURITY}${TOOL}]`,
    ],
    [
      "another editor of the registry",
      `[${REGISTRY}${TOOL}][${SCRIPTS}${TOOL}]`,
      `[${REGISTRY}${TOOL}${EDITOR}][${SCRIPTS}${TOOL}]`,
    ],
  ])("%s", (_name, before, after) => {
    expect(withRegistryExtension(before)).toBe(after);
    expect(withRegistryExtension(after)).toBe(after);
  });

  test.each(["x", "[]", `${REGISTRY}`, `[${REGISTRY}`])("%s is no such list", (names) => {
    expect(withRegistryExtension(names)).toBeNull();
  });
});
