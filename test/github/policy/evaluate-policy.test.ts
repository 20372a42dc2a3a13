import { expect, test } from "vitest";
import type { Policy } from "../../../src/generated/documents.ts";
import { evaluatePolicy } from "../../../src/github/policy/evaluate-policy.ts";
import { change, evaluate, face, file, HEAD, OLDER, POLICY, person, question, review, show } from "./case.ts";

const desk = change("Workspace/jdoe", "create");

test.each([
  {
    name: "approved by an operator",
    ask: { changes: [desk], reviews: [review("otto")] },
    says: [
      "Workspace/jdoe create: yes: rule 1 (Workspace, WireGuardPeer; create, update): changed by alice; approved by otto",
    ],
  },
  {
    name: "not approved yet",
    ask: { changes: [desk] },
    says: [
      "Workspace/jdoe create: no: rule 1 (Workspace, WireGuardPeer; create, update): it takes 1 approval of role:operator (team:desktops), and there are 0",
      "  needs 1 approval of role:operator (team:desktops)",
    ],
  },
  {
    name: "what does not count is said, and why",
    ask: {
      changes: [desk],
      reviews: [
        review("otto", { commit: OLDER }),
        review("alice"),
        review("olga", { minute: 1 }),
        review("olga", { minute: 2, state: "changes-requested" }),
      ],
    },
    says: [
      "Workspace/jdoe create: no: rule 1 (Workspace, WireGuardPeer; create, update): it takes 1 approval of role:operator (team:desktops), and there are 0 (not counted: alice is the author; olga approved and then asked for changes; otto approved bbbbbbbb, which is not the head commit any more)",
      "  needs 1 approval of role:operator (team:desktops)",
    ],
  },
  {
    name: "half of the approvals",
    ask: { author: person("olga"), changes: [change("Workspace/jdoe", "delete")], reviews: [review("pat")] },
    says: [
      "Workspace/jdoe delete: no: rule 2 (delete, replace): it takes 2 approvals of role:admin (team:platform), and there is 1",
      "  needs 1 more approval of role:admin (team:platform)",
    ],
  },
  {
    name: "where the wrong person changes it, no approval is asked for",
    ask: { changes: [change("Workspace/jdoe", "delete")] },
    says: [
      "Workspace/jdoe delete: no: rule 2 (delete, replace): changed by alice, and only role:operator (team:desktops) may; it takes 2 approvals of role:admin (team:platform), and there are 0",
    ],
  },
  {
    name: "nothing matches",
    ask: {
      changes: [change("WireGuardHub/hub-eu", "create", { after: face({ region: "eu" }, "desired-state/h.yaml") })],
    },
    says: [
      "WireGuardHub/hub-eu create: no: no rule matches create of a WireGuardHub named hub-eu, labelled region: eu in desired-state/h.yaml: what no rule matches is denied",
    ],
  },
  {
    name: "a protected file",
    ask: { author: person("pat"), files: [file(".github/workflows/apply.yml")], reviews: [review("paul")] },
    says: [".github/workflows/apply.yml file: yes: rule 3 (the policy itself): changed by pat; approved by paul"],
  },
  {
    name: "a protected file that no rule is about",
    ask: { author: person("pat"), files: [file("CODEOWNERS")], reviews: [review("paul")] },
    says: [
      "CODEOWNERS file: no: no rule matches the protected file CODEOWNERS, and it takes a rule with nothing but paths in its match: what no rule matches is denied",
    ],
  },
  { name: "other files are no matter of the policy", ask: { files: [file("README.md")] }, says: [] },
  {
    name: "an edit without effect is an update of the document",
    ask: { changes: [change("Workspace/jdoe", "document")], reviews: [review("otto")] },
    says: [
      "Workspace/jdoe document: yes: rule 1 (Workspace, WireGuardPeer; create, update): changed by alice; approved by otto",
    ],
  },
])("$name", ({ ask, says }) => {
  const verdict = evaluate(ask);
  expect(show(verdict)).toEqual(says);
  expect(verdict.isAllowed).toBe(says.every((line) => !line.includes(": no: ")));
});

test("one person's approval serves several rules, once in each", () => {
  const rules: Policy["rules"] = [
    { match: { kinds: ["Workspace"] }, changeBy: ["user:alice"], approvals: [{ count: 1, from: ["team:desktops"] }] },
    { match: { labels: { tier: "prod" } }, changeBy: ["user:alice"], approvals: [{ count: 1, from: ["user:otto"] }] },
  ];
  const changes = [change("Workspace/jdoe", "create", { after: face({ tier: "prod" }) })];
  const policy = { ...POLICY, rules };
  expect(evaluate({ changes, reviews: [review("otto"), review("Otto", { minute: 1 })] }, policy).isAllowed).toBe(true);
  const two = {
    ...policy,
    rules: rules.map((rule) => ({ ...rule, approvals: [{ count: 2, from: ["team:desktops"] }] })),
  };
  expect(evaluate({ changes, reviews: [review("otto"), review("Otto", { minute: 1 })] }, two).isAllowed).toBe(false);
});

test("no policy at the base: said, and left to GitHub", () => {
  const verdict = evaluatePolicy({ status: "none" }, question({ changes: [desk] }));
  expect(verdict.isAllowed).toBe(true);
  expect(verdict.findings.map((one) => `${one.severity} ${one.code}`)).toEqual(["notice no-policy"]);
});

test("a policy that cannot be read allows nothing", () => {
  const verdict = evaluatePolicy({ status: "unreadable" }, question());
  expect(verdict.isAllowed).toBe(false);
  expect(verdict.findings.map((one) => `${one.severity} ${one.code}`)).toEqual(["error unreadable-policy"]);
});

test("anyone is who can write to the repository", () => {
  const policy: Policy = { ...POLICY, rules: [{ match: { kinds: ["*"] }, changeBy: ["anyone"], approvals: [] }] };
  const ask = (permission: "read" | "write") => ({
    changes: [desk],
    permissions: new Map([["Alice", permission]] as const),
  });
  expect(evaluate(ask("write"), policy).isAllowed).toBe(true);
  expect(evaluate(ask("read"), policy).isAllowed).toBe(false);
  expect(evaluate({ changes: [desk] }, policy).isAllowed).toBe(false);
});

const wanted = { changes: [desk, change("Workspace/kim", "create")] };
const asked = { by: person("pat"), reason: "site down, ticket 4711", commit: HEAD };

test("an override is recorded with its reason, its commit and what it passed over", () => {
  const verdict = evaluate({ ...wanted, override: asked });
  expect(verdict.isAllowed).toBe(true);
  expect(verdict.brokenGlass).toEqual({
    by: "pat",
    reason: "site down, ticket 4711",
    commit: HEAD,
    passedOver: ["Workspace/jdoe", "Workspace/kim"],
  });
  expect(verdict.answers[0]?.reasons[0]).toBe("the rules were passed over by pat");
});

test("nothing is broken where the rules allow it anyway", () => {
  expect(evaluate({ ...wanted, reviews: [review("otto")], override: asked })).toMatchObject({
    isAllowed: true,
    brokenGlass: null,
  });
});

test.each([
  {
    name: "by somebody else",
    override: { ...asked, by: person("otto") },
    says: "otto asked for the policy to be passed over, and only role:admin (team:platform) may",
  },
  {
    name: "by a bot",
    override: { ...asked, by: person("pat", { isBot: true }) },
    says: "pat asked for the policy to be passed over, and is a bot",
  },
  {
    name: "without a reason",
    override: { ...asked, reason: " \u200b-" },
    says: "pat asked for the policy to be passed over, and gave no reason",
  },
  {
    name: "for an earlier commit",
    override: { ...asked, commit: OLDER },
    says: "pat asked for the policy to be passed over, and meant bbbbbbbb, which is not the head commit any more",
  },
])("an override $name is refused", ({ override, says }) => {
  const verdict = evaluate({ ...wanted, override });
  expect(verdict).toMatchObject({ isAllowed: false, brokenGlass: null });
  expect(verdict.findings.map((one) => one.message)).toEqual([says]);
});

test("no commit is the head of nothing, for an override either", () => {
  expect(evaluate({ ...wanted, head: "", override: { ...asked, commit: "" } }).isAllowed).toBe(false);
});

test("what never may be passed over is not, and the rest is", () => {
  const verdict = evaluate({ ...wanted, files: [file("desired-state/reeve.yaml")], override: asked });
  expect(verdict.isAllowed).toBe(false);
  expect(verdict.answers.map((one) => `${one.subject} ${one.isAllowed}`)).toEqual([
    "Workspace/jdoe true",
    "Workspace/kim true",
    "desired-state/reeve.yaml false",
  ]);
  expect(verdict.answers.at(-1)?.reasons.at(-1)).toBe("spec.policy.override.never lets nobody pass over this");
});

test("what is odd about the policy itself is said", () => {
  const policy: Policy = {
    roles: { requester: ["team:nowhere"] },
    rules: [
      { match: {}, changeBy: ["role:requestor"], approvals: [{ count: 0, from: [] }] },
      { match: { kinds: ["*"] }, changeBy: ["role:requester"], approvals: [] },
    ],
    protect: [],
  };
  expect(evaluate({}, policy).findings.map((one) => `${one.code}: ${one.message}`)).toEqual([
    'unknown-role: the policy names the role "requestor", which spec.policy.roles does not have: it is nobody',
    "unknown-team: the policy names team:nowhere, which cannot be found: it is nobody",
    "empty-match: rule 1 of the policy matches nothing: its match is empty",
    "impossible-approval: rule 1 of the policy asks for approvals that nobody can give",
    "locked-policy: no rule of the policy lets anybody change desired-state/reeve.yaml, where the policy is",
  ]);
  expect(evaluate({}).findings).toEqual([]);
});
