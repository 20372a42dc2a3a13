/** Ways around a policy, each tried and denied; beside each, the same without the trick, which is allowed. */
import { expect, test } from "vitest";
import type { Policy } from "../../../src/generated/documents.ts";
import type { PolicyQuestion } from "../../../src/github/model.ts";
import { change, evaluate, face, file, HEAD, OLDER, POLICY, person, review } from "./case.ts";

type Ask = Partial<PolicyQuestion>;

interface Trick {
  readonly name: string;
  readonly honest: Ask;
  readonly trick: Ask;
  readonly policy?: Policy;
}

const changes = [change("Workspace/jdoe", "create")];
const honest: Ask = { changes, reviews: [review("otto")] };

function withRules(rules: Policy["rules"], over: Partial<Policy> = {}): Policy {
  return { ...POLICY, rules, ...over };
}

const approvedBy = (from: string[], count = 1): Policy["rules"][number] => ({
  match: { kinds: ["Workspace"] },
  changeBy: ["role:requester"],
  approvals: [{ count, from }],
});

const byTeam: Policy = withRules([
  { match: { labels: { team: "finance" } }, changeBy: ["user:fay"], approvals: [] },
  { match: { labels: { team: "robotics" } }, changeBy: ["user:alice"], approvals: [] },
]);
const robotics = face({ team: "robotics" });
const finance = face({ team: "finance" });

const byFolder: Policy = withRules([
  { match: { paths: ["desired-state/finance/**"] }, changeBy: ["user:fay"], approvals: [] },
  { match: { paths: ["desired-state/robotics/**"] }, changeBy: ["user:alice"], approvals: [] },
]);
const inRobotics = face({}, "desired-state/robotics/a.yaml");
const inFinance = face({}, "desired-state/finance/a.yaml");

const twoAdmins: Ask = {
  author: person("olga"),
  changes: [change("Workspace/jdoe", "delete")],
  reviews: [review("pat"), review("paul")],
};

const aboutApprovals: readonly Trick[] = [
  {
    name: "the author approves",
    honest: { ...honest, author: person("erin") },
    trick: { ...honest, author: person("olga"), reviews: [review("olga")] },
  },
  {
    name: "the author approves under another spelling of the login",
    honest,
    trick: {
      ...honest,
      author: person("olga", { id: 1 }),
      reviews: [review("OLGA", { reviewer: person("OLGA", { id: 2 }) })],
    },
  },
  {
    name: "the author approves after a change of login",
    honest,
    trick: {
      ...honest,
      author: person("olga", { id: 5 }),
      reviews: [review("otto", { reviewer: person("otto", { id: 5 }) })],
    },
  },
  {
    name: "an approval before the last push",
    honest,
    trick: { ...honest, reviews: [review("otto", { commit: OLDER })] },
  },
  {
    name: "an approval of a commit that a forced push brought back in short",
    honest,
    trick: { ...honest, reviews: [review("otto", { commit: HEAD.slice(0, 7) })] },
  },
  {
    name: "no commit is the head of nothing",
    honest,
    trick: { ...honest, head: "", reviews: [review("otto", { commit: "" })] },
  },
  {
    name: "the approver pushed the last commit",
    honest,
    trick: { ...honest, pushers: [person("olga")], reviews: [review("olga")] },
  },
  {
    name: "somebody who may not change it pushes to the branch of somebody who may",
    honest: { ...honest, pushers: [person("erin")] },
    trick: { ...honest, pushers: [person("mallory")] },
  },
  {
    name: "a bot approves",
    honest,
    trick: { ...honest, reviews: [review("otto", { reviewer: person("otto", { isBot: true }) })] },
  },
  {
    name: "somebody outside the team approves",
    honest,
    trick: { ...honest, reviews: [review("mallory"), review("pat")] },
  },
  {
    name: "one person approves twice",
    honest: twoAdmins,
    trick: { ...twoAdmins, reviews: [review("pat"), review("pat", { minute: 1 })] },
  },
  {
    name: "one person approves as two accounts that differ in case",
    honest: twoAdmins,
    trick: {
      ...twoAdmins,
      reviews: [
        review("pat", { reviewer: person("pat", { id: 1 }) }),
        review("Pat", { reviewer: person("Pat", { id: 2 }) }),
      ],
    },
  },
  {
    name: "one person approves under an old and a new login",
    honest: twoAdmins,
    trick: {
      ...twoAdmins,
      reviews: [
        review("pat", { reviewer: person("pat", { id: 9 }) }),
        review("paul", { reviewer: person("paul", { id: 9 }) }),
      ],
    },
  },
  {
    name: "approved, then changes requested",
    honest,
    trick: {
      ...honest,
      reviews: [review("otto", { minute: 1 }), review("otto", { minute: 2, state: "changes-requested" })],
    },
  },
  {
    name: "approved, then dismissed",
    honest,
    trick: { ...honest, reviews: [review("otto", { minute: 2, state: "dismissed" }), review("otto", { minute: 1 })] },
  },
  {
    name: "a dismissal at the same instant as the approval",
    honest,
    trick: { ...honest, reviews: [review("otto"), review("otto", { state: "dismissed" })] },
  },
  {
    name: "a comment on the head after an approval of an earlier commit",
    honest: { ...honest, reviews: [review("otto"), review("otto", { minute: 1, state: "commented" })] },
    trick: {
      ...honest,
      reviews: [review("otto", { commit: OLDER }), review("otto", { minute: 1, state: "commented" })],
    },
  },
  { name: "a comment is no approval", honest, trick: { ...honest, reviews: [review("otto", { state: "commented" })] } },
  {
    name: "a login that folds into another's in Unicode alone",
    honest: { ...honest, author: person("erin") },
    trick: { ...honest, author: person("erin"), reviews: [review("\u212Aim", { reviewer: person("\u212Aim") })] },
    policy: withRules([approvedBy(["user:kim", "user:otto"])]),
  },
];

const aboutResources: readonly Trick[] = [
  {
    name: "relabelling into one's own team",
    honest: { changes: [change("Workspace/a", "update", { before: robotics, after: robotics })] },
    trick: { changes: [change("Workspace/a", "update", { before: finance, after: robotics })] },
    policy: byTeam,
  },
  {
    name: "relabelling out of every team",
    honest: { changes: [change("Workspace/a", "update", { before: robotics, after: robotics })] },
    trick: { changes: [change("Workspace/a", "update", { before: robotics, after: face() })] },
    policy: byTeam,
  },
  {
    name: "deleting what another team has",
    honest: { changes: [change("Workspace/a", "delete", { before: robotics })] },
    trick: { changes: [change("Workspace/a", "delete", { before: finance })] },
    policy: byTeam,
  },
  {
    name: "moving a file into one's own folder",
    honest: { changes: [change("Workspace/a", "document", { before: inRobotics, after: inRobotics })] },
    trick: { changes: [change("Workspace/a", "document", { before: inFinance, after: inRobotics })] },
    policy: byFolder,
  },
  {
    name: "a label of the prototype",
    honest: { changes: [change("Workspace/a", "create", { after: robotics })] },
    trick: { changes: [change("Workspace/a", "create", { after: face() })] },
    policy: withRules([
      { match: { labels: { team: "robotics" } }, changeBy: ["user:alice"], approvals: [] },
      { match: { labels: { constructor: "*" } }, changeBy: ["user:alice"], approvals: [] },
    ]),
  },
  {
    name: "a name around a pattern's end",
    honest: { changes: [change("Workspace/swarm-1", "create")] },
    trick: { changes: [change("Workspace/x-swarm-1", "create")] },
    policy: withRules([{ match: { names: ["swarm-*"] }, changeBy: ["user:alice"], approvals: [] }]),
  },
  {
    name: "a pattern is no regular expression",
    honest: { changes: [change("Workspace/a.b", "create")] },
    trick: { changes: [change("Workspace/axb", "create")] },
    policy: withRules([{ match: { names: ["a.b"] }, changeBy: ["user:alice"], approvals: [] }]),
  },
  {
    name: "a document in a folder whose name begins as one's own does",
    honest: { changes: [change("Workspace/a", "create", { after: inRobotics })] },
    trick: { changes: [change("Workspace/a", "create", { after: face({}, "desired-state/robotics-secret/a.yaml") })] },
    policy: byFolder,
  },
];

const aboutMatches = (match: Policy["rules"][number]["match"]): Policy =>
  withRules([
    { match, changeBy: ["user:alice"], approvals: [] },
    { match: { names: ["mine"] }, changeBy: ["user:alice"], approvals: [] },
  ]);
const mine: Ask = { changes: [change("Workspace/mine")] };
const other: Ask = { changes: [change("WireGuardHub/h")] };

const aboutPolicies: readonly Trick[] = [
  { name: "a rule with an empty match", honest: mine, trick: other, policy: aboutMatches({}) },
  { name: "a rule with an empty list", honest: mine, trick: other, policy: aboutMatches({ kinds: [] }) },
  { name: "a rule with no labels", honest: mine, trick: other, policy: aboutMatches({ labels: {} }) },
  {
    name: "a rule about resources lets no file through",
    honest: mine,
    trick: { files: [file(".github/a.yml")] },
    policy: aboutMatches({ kinds: ["*"], paths: ["**"] }),
  },
];

function refuses(trick: Trick): void {
  expect(evaluate(trick.honest, trick.policy).isAllowed).toBe(true);
  const verdict = evaluate(trick.trick, trick.policy);
  expect(verdict.isAllowed).toBe(false);
  expect(verdict.answers.some((answer) => !answer.isAllowed && answer.reasons.length > 0)).toBe(true);
}

test.each(aboutApprovals)("approvals: $name", refuses);
test.each(aboutResources)("resources: $name", refuses);
test.each(aboutPolicies)("policies: $name", refuses);

test.each([
  { name: "count 0", rule: approvedBy(["role:operator"], 0) },
  { name: "a count below 0", rule: approvedBy(["role:operator"], -1) },
  { name: "approvals of nobody", rule: approvedBy([]) },
  { name: "an unknown role", rule: approvedBy(["role:operators"]) },
  { name: "a role of the prototype", rule: approvedBy(["role:constructor"]) },
  { name: "a team that does not exist", rule: approvedBy(["team:nobody"]) },
  { name: "a word that is neither role, team nor user", rule: approvedBy(["otto", "everyone", ""]) },
])("$name lets nobody in, approved or not", ({ rule }) => {
  expect(evaluate(honest, withRules([rule])).isAllowed).toBe(false);
  expect(evaluate({ changes }, withRules([rule])).isAllowed).toBe(false);
});

test.each([
  "desired-state/reeve.yaml",
  "Desired-State/REEVE.yaml",
  "./desired-state//reeve.yaml",
  "desired-state/ree\u200bve.yaml",
  "desired-state/\uff52eeve.yaml",
  ".github",
  ".github/workflows/plan.yml",
  ".GitHub/workflows/plan.yml",
  ".github/../x/plan.yml",
  "CODEOWNERS",
  "docs/CodeOwners",
  "action.yml",
  "tools/deploy/action.yaml",
  ".gitattributes",
  "desired-state/.gitattributes",
  ".gitmodules",
  "desired-state/policies/wsp.admx",
  "desired-state/policies",
])("%s is protected, however it is spelled", (path) => {
  const open: Policy = withRules([{ match: { kinds: ["*"] }, changeBy: ["user:alice"], approvals: [] }]);
  expect(evaluate({ files: [file("README.md")] }, open).isAllowed).toBe(true);
  for (const touched of [
    file(path),
    file(path, { status: "removed" }),
    file(path, { status: "renamed", previousPath: "README.md" }),
    file("README.md", { status: "renamed", previousPath: path }),
  ]) {
    expect(evaluate({ files: [touched] }, open).isAllowed, touched.status).toBe(false);
  }
});
