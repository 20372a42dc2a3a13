import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeRegistry, ownedPlaces } from "../../../../../src/providers/workspaces/gpo/domain/merge-registry.ts";
import {
  deletion,
  describeData,
  dword,
  placeOf,
  type RegistryEntry,
  text,
} from "../../../../../src/providers/workspaces/gpo/registry-entry.ts";

const K = "SOFTWARE\\Policies\\Amazon\\WSP";
const shown = (entries: readonly RegistryEntry[]): readonly string[] =>
  entries.map((entry) => `${entry.value}=${describeData(entry)}`);
const place = (value: string) => ({ key: K, value });

describe("a policy's values among others'", () => {
  test.each<[string, RegistryEntry[], RegistryEntry[], string[], string[]]>([
    ["an empty object", [], [dword(K, "a", 1)], [], ["a=1"]],
    [
      "others stay where they are",
      [dword(K, "x", 9), text(K, "y", "z")],
      [dword(K, "a", 1)],
      [],
      ["x=9", 'y="z"', "a=1"],
    ],
    ["its own is set in its place", [dword(K, "a", 0), dword(K, "x", 9)], [dword(K, "a", 1)], [], ["a=1", "x=9"]],
    ["in other letters it is the same", [dword(K, "A", 1)], [dword(K, "a", 1)], [], ["A=1"]],
    ["of another type it is another", [text(K, "a", "1")], [dword(K, "a", 1)], [], ["a=1"]],
    ["named twice it is set once", [dword(K, "a", 0), dword(K, "A", 0)], [dword(K, "a", 1)], [], ["a=1"]],
    ["what was its own is taken away", [dword(K, "a", 1)], [], ["a"], ["**del.a=taken away"]],
    ["and stays away", [deletion(K, "a")], [], ["a"], ["**del.a=taken away"]],
    ["though another set it again", [dword(K, "a", 5)], [], ["a"], ["**del.a=taken away"]],
    ["what another takes away, it sets", [deletion(K, "a")], [dword(K, "a", 1)], [], ["a=1"]],
    [
      "lists of others",
      [text(K, "**delvals.", " "), text(K, "1", "p")],
      [dword(K, "a", 1)],
      [],
      ['**delvals.=" "', '1="p"', "a=1"],
    ],
  ])("%s", (_name, found, wanted, owned, after) => {
    expect(shown(mergeRegistry(found, wanted, owned.map(place)))).toEqual(after);
  });

  const entry = fc
    .record({
      value: fc.constantFrom("a", "B", "c", "D", "e", "1"),
      is: fc.constantFrom("number", "text", "away"),
      n: fc.nat(3),
    })
    .map(({ value, is, n }) =>
      is === "number" ? dword(K, value, n) : is === "text" ? text(K, value, `${n}`) : deletion(K, value),
    );
  const entries = fc.array(entry, { maxLength: 8 });
  const wantedEntries = fc.uniqueArray(entry, { maxLength: 5, selector: placeOf });
  const names = fc.uniqueArray(fc.constantFrom("a", "B", "c"), { maxLength: 3 });

  test("twice is once, others stay in their order, every wanted value is there", () => {
    fc.assert(
      fc.property(entries, wantedEntries, names, (found, wanted, owned) => {
        const places = ownedPlaces(owned.map(place), wanted);
        const merged = mergeRegistry(found, wanted, places);
        expect(mergeRegistry(merged, wanted, places)).toEqual(merged);
        const ours = new Set(places.map(({ key, value }) => `${key}\\${value}`.toLowerCase()));
        const isOurs = (one: RegistryEntry): boolean => ours.has(placeOf(one));
        expect(merged.filter((one) => !isOurs(one))).toEqual(found.filter((one) => !isOurs(one)));
        const held = new Map(merged.filter(isOurs).map((one) => [placeOf(one), describeData(one)]));
        expect(held.size).toBe(merged.filter(isOurs).length);
        for (const one of wanted) expect(held.get(placeOf(one))).toBe(describeData(one));
        for (const one of held.keys())
          if (!wanted.some((own) => placeOf(own) === one)) expect(held.get(one)).toBe("taken away");
      }),
    );
  });

  test("what was owned once is owned for good, each place once, in order", () => {
    const places = ownedPlaces([place("b"), place("A")], [dword(K, "a", 1), deletion(K, "c")]);
    expect(places).toEqual([place("a"), place("b"), place("c")]);
  });
});
