import fc from "fast-check";
import { expect, test } from "vitest";
import type { Policy, PolicyRule } from "../../../src/generated/documents.ts";
import type { PolicyQuestion, Review } from "../../../src/github/model.ts";
import { rulesFor, sidesOf } from "../../../src/github/policy/match.ts";
import { change, evaluate, file, HEAD, OLDER, person, review } from "./case.ts";

const LOGINS = ["alice", "alice", "olga", "otto", "pat", "mallory"];
const principal = fc.constantFrom("user:alice", "user:olga", "user:OTTO", "role:r", "team:t", "anyone", "role:none");
const principals: fc.Arbitrary<string[]> = fc.uniqueArray(principal, { minLength: 1, maxLength: 3 });
const label = fc.constantFrom("x", "y");
type Match = PolicyRule["match"];
const match: fc.Arbitrary<Match> = fc.record(
  {
    kinds: fc.constantFrom<NonNullable<Match["kinds"]>>(["*"], ["Workspace"], ["WireGuardPeer"]),
    labels: label.map((team) => ({ team })),
    actions: fc.constantFrom<NonNullable<Match["actions"]>>(["create"], ["update"], ["delete", "update"]),
    paths: fc.constantFrom<string[]>(["desired-state/**"], ["desired-state/x/**"], ["**"], [".github/**"]),
  },
  { requiredKeys: [] },
);
const rule: fc.Arbitrary<PolicyRule> = fc.record({
  match,
  changeBy: fc.oneof(fc.constant<string[]>(["user:alice", "team:t", "role:r"]), principals),
  approvals: fc.array(fc.record({ count: fc.constantFrom(1, 1, 1, 2), from: principals }), { maxLength: 1 }),
});
/** Most policies have a rule for everything, so that not everything is denied. */
const broad: PolicyRule = {
  match: { paths: ["**"] },
  changeBy: ["user:alice", "team:t", "role:r"],
  approvals: [],
};
const policy: fc.Arbitrary<Policy> = fc.record({
  roles: fc.constant({ r: ["user:pat", "team:t"] }),
  rules: fc
    .tuple(fc.constantFrom([], [broad], [broad], [broad]), fc.array(rule, { maxLength: 3 }))
    .map(([first, others]) => [...first, ...others]),
  protect: fc.constant([]),
});

const somebody = fc.constantFrom(...LOGINS);
const word: fc.Arbitrary<Review> = fc
  .record({
    login: somebody,
    minute: fc.integer({ min: 0, max: 9 }),
    state: fc.constantFrom<Review["state"]>("approved", "approved", "commented", "dismissed", "changes-requested"),
    commit: fc.constantFrom(HEAD, HEAD, OLDER),
  })
  .map(({ login, ...rest }) => review(login, rest));
const side = fc.record({
  labels: fc.oneof(
    fc.constant<Readonly<Record<string, string>>>({}),
    label.map((team) => ({ team })),
  ),
  file: fc.constantFrom("desired-state/a.yaml", "desired-state/x/a.yaml"),
});
const changed = fc
  .record({
    address: fc.constantFrom("Workspace/a", "WireGuardPeer/b"),
    action: fc.constantFrom<"create" | "update" | "delete" | "document">("create", "update", "delete", "document"),
    before: fc.option(side),
    after: side,
  })
  .map(({ address, action, before, after }) => change(address, action, { before, after }));
const ask: fc.Arbitrary<Partial<PolicyQuestion>> = fc.record({
  author: somebody.map((login) => person(login)),
  pushers: fc.array(
    somebody.map((login) => person(login)),
    { maxLength: 1 },
  ),
  reviews: fc.array(word, { maxLength: 5 }),
  changes: fc.array(changed, { minLength: 1, maxLength: 3 }),
  files: fc.array(fc.constantFrom(file(".github/a.yml"), file("README.md")), { maxLength: 2 }),
  permissions: fc.constant(new Map([["alice", "write"]] as const)),
  teams: fc.constant(new Map([["team:t", new Set(["olga", "Otto"])]])),
});

/** True where some side of some change, or some protected file, has no rule. */
function hasUnmatched(rules: Policy, one: Partial<PolicyQuestion>): boolean {
  const sides = [
    ...(one.changes ?? []).flatMap(sidesOf),
    ...(one.files ?? []).filter(({ path }) => path !== "README.md").map(({ path }) => ({ path })),
  ];
  return sides.some((each) => rulesFor(rules, each).length === 0);
}

const run = { numRuns: 1500 };

test("the generated cases are not all denied, nor all allowed", () => {
  const verdicts = fc
    .sample(fc.tuple(policy, ask), { numRuns: 3000, seed: 4 })
    .map(([p, a]) => evaluate(a, p).isAllowed);
  expect(verdicts.filter(Boolean).length).toBeGreaterThan(300);
  expect(verdicts.filter((isAllowed) => !isAllowed).length).toBeGreaterThan(300);
});

test("a further rule allows only what no rule was about", () => {
  fc.assert(
    fc.property(policy, rule, ask, (before, more, one) => {
      const after = { ...before, rules: [...before.rules, more] };
      const isNewlyAllowed = evaluate(one, after).isAllowed && !evaluate(one, before).isAllowed;
      return !isNewlyAllowed || hasUnmatched(before, one);
    }),
    run,
  );
});

test("what has a side that no rule is about is denied", () => {
  fc.assert(
    fc.property(policy, ask, (rules, one) => !hasUnmatched(rules, one) || !evaluate(one, rules).isAllowed),
    run,
  );
});

test("neither the order of rules and reviews nor saying a rule twice matters", () => {
  fc.assert(
    fc.property(policy, ask, (rules, one) => {
      const turned = { ...rules, rules: [...rules.rules, ...rules.rules].toReversed() };
      const asked = { ...one, reviews: (one.reviews ?? []).toReversed(), changes: (one.changes ?? []).toReversed() };
      return evaluate(one, rules).isAllowed === evaluate(asked, turned).isAllowed;
    }),
    run,
  );
});

test("more changes, more files and more pushers never make a denied pull request allowed", () => {
  fc.assert(
    fc.property(policy, ask, ask, (rules, one, more) => {
      const grown = {
        ...one,
        changes: [...(one.changes ?? []), ...(more.changes ?? [])],
        files: [...(one.files ?? []), ...(more.files ?? [])],
        pushers: [...(one.pushers ?? []), ...(more.pushers ?? [])],
      };
      return evaluate(one, rules).isAllowed || !evaluate(grown, rules).isAllowed;
    }),
    run,
  );
});

test("a further approval of the head never makes an allowed pull request denied", () => {
  fc.assert(
    fc.property(policy, ask, somebody, (rules, one, login) => {
      const approved = { ...one, reviews: [...(one.reviews ?? []), review(login, { minute: 30 })] };
      return !evaluate(one, rules).isAllowed || evaluate(approved, rules).isAllowed;
    }),
    run,
  );
});

test("taking an approval away never makes a denied pull request allowed", () => {
  fc.assert(
    fc.property(policy, ask, somebody, (rules, one, login) => {
      const word = review(login, { minute: 30, state: "dismissed" });
      const dismissed = { ...one, reviews: [...(one.reviews ?? []), word] };
      return evaluate(one, rules).isAllowed || !evaluate(dismissed, rules).isAllowed;
    }),
    run,
  );
});

test("where something is asked for, giving it allows the pull request", () => {
  fc.assert(
    fc.property(policy, ask, (rules, one) => {
      const denied = evaluate(one, rules).answers.filter((answer) => !answer.isAllowed);
      fc.pre(denied.length > 0 && denied.every((answer) => answer.needs.length > 0));
      const everybody = Array.from({ length: 2 }, (_, index) => person(`new-${index}`));
      const open = { ...rules, rules: rules.rules.map((each) => ({ ...each, approvals: each.approvals.map(joined) })) };
      const reviews = [...(one.reviews ?? []), ...everybody.map(({ login }) => review(login, { minute: 30 }))];
      expect(evaluate({ ...one, reviews }, open).isAllowed).toBe(true);
    }),
    { numRuns: 300 },
  );
});

/** The same approval, by two people who have not said anything yet as well. */
function joined<T extends { readonly from: string[] }>(approval: T): T {
  return { ...approval, from: [...approval.from, "user:new-0", "user:new-1"] };
}
