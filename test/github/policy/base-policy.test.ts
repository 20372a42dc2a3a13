/** Ways around a policy by way of the policy itself, each tried and denied. */
import { expect, test } from "vitest";
import type { Policy } from "../../../src/generated/documents.ts";
import { basePolicy } from "../../../src/github/policy/base-policy.ts";
import { evaluatePolicy } from "../../../src/github/policy/evaluate-policy.ts";
import { policyChanges } from "../../../src/github/policy/policy-changes.ts";
import { touchedByPull } from "../../../src/github/policy/touched.ts";
import { HUB, load, places } from "../../estate/state-dir.ts";
import { estate, resource } from "../../support/literals.ts";
import { evaluate, file, HEAD, POLICY, person, question, review } from "./case.ts";

const ESTATE = (spec: string): string =>
  `apiVersion: reeve.dev/v1\nkind: Estate\nmetadata: { name: robco }\nspec:\n${spec}`;
const STRICT = `  policy:
    roles: { admin: [user:pat] }
    rules:
      - { match: { kinds: ["*"] }, changeBy: [role:admin], approvals: [{ count: 1, from: [user:paul] }] }
      - { match: { paths: [desired-state/reeve.yaml] }, changeBy: [role:admin] }
`;

test.each([
  { name: "deletes the policy", spec: "  budgets: []\n" },
  { name: "adds a role that holds the author", spec: STRICT.replace("[user:pat]", "[user:pat, user:alice]") },
  { name: "asks for no approval any more", spec: STRICT.replace(", approvals: [{ count: 1, from: [user:paul] }]", "") },
  { name: "lets everybody override", spec: `${STRICT}    override: { by: [user:alice] }\n` },
])("a pull request that $name is judged by the policy of its base", async ({ spec }) => {
  const [base, head] = await Promise.all([
    load({ "reeve.yaml": ESTATE(STRICT) }),
    load({ "reeve.yaml": ESTATE(spec) }),
  ]);
  expect([...places(base), ...places(head)]).toEqual([]);
  const files = [file("desired-state/reeve.yaml")];
  const sides = { base: base.checkable, head: head.checkable };
  const ask = question({
    files,
    changes: policyChanges(touchedByPull(sides, files).documents, [], sides),
    reviews: [review("paul")],
    override: { by: person("alice"), reason: "I would like to", commit: HEAD },
  });
  const verdict = evaluatePolicy(basePolicy(base), ask);
  expect(verdict.isAllowed).toBe(false);
  expect(verdict.answers.map((one) => `${one.subject} ${one.isAllowed}`)).toEqual([
    "Estate/robco false",
    "desired-state/reeve.yaml false",
  ]);
  expect(evaluatePolicy(basePolicy(base), { ...ask, author: person("pat") }).isAllowed).toBe(true);
});

const byTeam: Policy = {
  ...POLICY,
  rules: [
    { match: { labels: { team: "finance" } }, changeBy: ["user:fay"], approvals: [] },
    { match: { labels: { team: "robotics" } }, changeBy: ["user:alice"], approvals: [] },
  ],
};

test.each([
  {
    name: "a kind that is renamed",
    from: resource("Workspace/a", { labels: { team: "finance" } }),
    to: resource("WireGuardPeer/a", { labels: { team: "robotics" } }),
  },
  {
    name: "a name that is changed",
    from: resource("Workspace/a", { labels: { team: "finance" } }),
    to: resource("Workspace/b", { labels: { team: "robotics" } }),
  },
])("$name is a delete under what it was", ({ from, to }) => {
  const sides = { base: estate({ resources: [from] }), head: estate({ resources: [to] }) };
  const changed = policyChanges(touchedByPull(sides, []).documents, [], sides);
  const verdict = evaluate({ changes: changed }, byTeam);
  expect(verdict.answers.map((one) => `${one.subject} ${one.action} ${one.isAllowed}`).toSorted()).toEqual(
    [`${from.address} delete false`, `${to.address} create true`].toSorted(),
  );
});

test("a policy in a file that cannot be read is not a policy that is not there", async () => {
  const broken = ESTATE("  policy: { rules: [{ match: {} }] }\n");
  const [none, empty, invalid, notYaml, lost] = await Promise.all([
    load({ "reeve.yaml": ESTATE("  budgets: []\n") }),
    load({}),
    load({ "reeve.yaml": broken }),
    load({ "reeve.yaml": "policy: [" }),
    load({ "hub.yaml": HUB }),
  ]);
  expect([none, empty, invalid, notYaml, lost].map((loaded) => basePolicy(loaded).status)).toEqual([
    "none",
    "none",
    "unreadable",
    "unreadable",
    "unreadable",
  ]);
});

test.each([
  { name: "an empty match", spec: "rules: [{ match: {}, changeBy: [anyone] }]" },
  { name: "an empty list in a match", spec: "rules: [{ match: { kinds: [] }, changeBy: [anyone] }]" },
  { name: "a kind that there is none of", spec: "rules: [{ match: { kinds: [Workspce] }, changeBy: [anyone] }]" },
  { name: "changeBy nobody", spec: 'rules: [{ match: { kinds: ["*"] }, changeBy: [] }]' },
  { name: "no changeBy", spec: 'rules: [{ match: { kinds: ["*"] } }]' },
  {
    name: "count 0",
    spec: 'rules: [{ match: { kinds: ["*"] }, changeBy: [anyone], approvals: [{ count: 0, from: [anyone] }] }]',
  },
  {
    name: "approvals of nobody",
    spec: 'rules: [{ match: { kinds: ["*"] }, changeBy: [anyone], approvals: [{ count: 1, from: [] }] }]',
  },
  { name: "a role in a role", spec: "roles: { admin: [role:admin] }" },
  { name: "a plain login", spec: "roles: { admin: [pat] }" },
])("reeve validate refuses $name", async ({ spec }) => {
  const loaded = await load({ "reeve.yaml": ESTATE(`  policy: { ${spec} }\n`) });
  expect(places(loaded)).toHaveLength(1);
});
