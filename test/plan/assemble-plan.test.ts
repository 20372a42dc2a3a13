import fc from "fast-check";
import { expect, test } from "vitest";
import type { Address } from "../../src/estate/resource.ts";
import { assemblePlan, type ProviderPart } from "../../src/plan/assemble-plan.ts";
import type { ChangeDraft } from "../../src/plan/change.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { canonicalJson } from "../../src/support/json.ts";
import { draft, type EstateLiteral, estate, resource } from "../support/literals.ts";

function part(changes: readonly ChangeDraft[], managed: Record<string, number> = {}): ProviderPart {
  return { provider: "p", changes, foreign: [], ignored: [], nextChangeAt: null, managed };
}

function plan(drafts: readonly ChangeDraft[], literal: EstateLiteral = {}, managed: Record<string, number> = {}): Plan {
  return assemblePlan({ estate: estate(literal), commit: null, parts: [part(drafts, managed)], diagnostics: [] });
}

test("what is referred to comes first, whatever the order of arrival", () => {
  const references: Record<string, readonly Address[]> = { "Peer/a": ["Hub/z"], "Hub/z": ["Net/m"] };
  const drafts = ["Peer/a", "Hub/z", "Net/m", "Peer/0"].map((address) => draft(address as Address));
  const forwards = plan(drafts, { references });
  expect(forwards.changes.map((change) => change.address)).toEqual(["Net/m", "Peer/0", "Hub/z", "Peer/a"]);
  expect(canonicalJson(plan(drafts.toReversed(), { references }))).toBe(canonicalJson(forwards));
});

test("a cycle is a bug and says where", () => {
  const references: Record<string, readonly Address[]> = { "A/a": ["A/b"], "A/b": ["A/a"] };
  expect(() => plan([draft("A/a"), draft("A/b")], { references })).toThrow("A/a -> A/b -> A/a");
});

test("a change does not wait for what has no change", () => {
  const [only] = plan([draft("Peer/a")], { references: { "Peer/a": ["Hub/z"] } }).changes;
  expect(only?.dependsOn).toEqual([]);
});

test("the digest is over what is done and what it was computed from, not over words and places", () => {
  const base = plan([draft("A/a")]).digest;
  const same = [
    draft("A/a", { reason: "other words", impact: ["x"] }),
    draft("A/a", { source: { file: "b.yaml", line: 9, column: 1 } }),
  ];
  const other = [
    draft("A/b"),
    draft("A/a", { action: "replace" }),
    draft("A/a", { fields: [{ path: "size", before: 1, after: 3 }] }),
    draft("A/a", { basis: { live: 7 } }),
    draft("A/a", { blocked: { code: "c", message: "m", next: "n" } }),
  ];
  expect(same.map((one) => plan([one]).digest)).toEqual([base, base]);
  expect(new Set([base, ...other.map((one) => plan([one]).digest)]).size).toBe(other.length + 1);
});

test("every resource has one fate in the summary", () => {
  const resources = (["A/a", "A/b", "A/c"] as const).map((address) => resource(address));
  const drafts = [
    draft("A/a", { action: "create" }),
    draft("A/b", { action: "stop" }),
    draft("A/old", { action: "delete" }),
  ];
  expect(plan(drafts, { resources }).summary).toEqual({
    create: 1,
    update: 0,
    replace: 0,
    delete: 1,
    adopt: 0,
    other: 1,
    unchanged: 1,
    foreign: 0,
  });
});

test("--only leaves the rest out, and blocks what waits for it", () => {
  const literal = { references: { "Peer/a": ["Hub/z"] } as Record<string, readonly Address[]> };
  const only = assemblePlan({
    estate: estate(literal),
    commit: null,
    parts: [part([draft("Hub/z"), draft("Peer/a"), draft("Peer/b")])],
    diagnostics: [],
    selects: (address) => address.startsWith("Peer/"),
  });
  expect(only.changes.map((change) => [change.address, change.blocked?.code])).toEqual([
    ["Peer/b", undefined],
    ["Peer/a", "left-out"],
  ]);
});

test("a plan as of another instant carries it, and its own refusal; digests are as they would be", () => {
  const parts = [part([draft("A/a")])];
  const then = assemblePlan({ estate: estate({}), commit: null, parts, diagnostics: [], asOf: new Date(0) });
  const now = plan([draft("A/a")]);
  expect([then.asOf, then.blockers.map(({ code }) => code), then.digest]).toEqual([
    "1970-01-01T00:00:00.000Z",
    ["as-of"],
    now.digest,
  ]);
  expect([now.asOf, now.blockers]).toEqual([undefined, []]);
});

const deletes = (count: number): readonly ChangeDraft[] =>
  Array.from({ length: count }, (_, index) => draft(`A/${index}`, { action: index % 2 === 0 ? "delete" : "replace" }));

test.each([
  { name: "two of two: under the least number", count: 2, of: 2, trips: false },
  { name: "three of ten: exactly 30 %", count: 3, of: 10, trips: false },
  { name: "three of nine: more than 30 %", count: 3, of: 9, trips: true },
  { name: "all of many", count: 40, of: 40, trips: true },
])("valve: $name", ({ count, of, trips }) => {
  expect(plan(deletes(count), {}, { A: of }).blockers.map((blocker) => blocker.code)).toEqual(
    trips ? ["mass-change"] : [],
  );
});

test.each([
  { name: "three of ten parts", count: 3, of: 10, trips: false },
  { name: "four of ten parts, of one resource that stays", count: 4, of: 10, trips: true },
])("valve: $name", ({ count, of, trips }) => {
  const losing = draft("A/a", { action: "update", losses: { of: "parts", count } });
  expect(plan([losing], {}, { A: 1, parts: of }).blockers.map(({ message }) => message)).toEqual(
    trips ? ["4 of 10 parts would be deleted or replaced: more than 30 % (spec.safety.maxDeletes)"] : [],
  );
});

test("valve: an acknowledgement of this very plan opens it, and does not change its digest", () => {
  const shut = plan(deletes(5), {}, { A: 5 });
  const open = plan(deletes(5), { acknowledged: [shut.digest] }, { A: 5 });
  const wrong = plan(deletes(5), { acknowledged: [plan(deletes(4), {}, { A: 5 }).digest] }, { A: 5 });
  expect([open.digest, open.blockers.length, wrong.blockers.length]).toEqual([shut.digest, 0, 1]);
  expect(shut.blockers[0]?.next).toContain(shut.digest);
});

test("valve: what is blocked destroys nothing and does not count", () => {
  const blocked = deletes(5).map((one) => ({ ...one, blocked: { code: "c", message: "m", next: "n" } }));
  expect(plan(blocked, {}, { A: 5 }).blockers).toEqual([]);
});

test("dependency order holds in every acyclic estate", () => {
  const graph = fc
    .uniqueArray(fc.nat(30), { minLength: 1 })
    .chain((nodes) =>
      fc.tuple(fc.constant(nodes), fc.array(fc.tuple(fc.constantFrom(...nodes), fc.constantFrom(...nodes)))),
    );
  fc.assert(
    fc.property(graph, ([nodes, edges]) => {
      const references: Record<string, Address[]> = {};
      for (const [a, b] of edges) if (a > b) references[`A/${a}`] = [...(references[`A/${a}`] ?? []), `A/${b}`];
      const ordered = plan(
        nodes.map((node) => draft(`A/${node}`)),
        { references },
      ).changes;
      const places = new Map(ordered.map((change, index) => [change.address, index]));
      for (const change of ordered) {
        for (const before of change.dependsOn)
          expect(places.get(before)).toBeLessThan(places.get(change.address) ?? -1);
      }
      expect(ordered).toHaveLength(nodes.length);
    }),
  );
});
