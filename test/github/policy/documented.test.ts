/** The example of docs/policy.md, and the table below it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { PolicyQuestion } from "../../../src/github/model.ts";
import { basePolicy } from "../../../src/github/policy/base-policy.ts";
import { evaluatePolicy } from "../../../src/github/policy/evaluate-policy.ts";
import { ESTATE, load, places } from "../../estate/state-dir.ts";
import { change, face, file, person, question, review } from "./case.ts";

const page = readFileSync(join(import.meta.dirname, "../../../docs/policy.md"), "utf8");
const example = /```yaml\n([^]*?)```/.exec(page)?.[1] ?? "";

const teams: PolicyQuestion["teams"] = new Map([
  ["team:engineering", new Set(["alice"])],
  ["team:desktops", new Set(["olga"])],
  ["team:platform", new Set(["pat", "paul"])],
]);
const production = face({ tier: "production" });

test.each<{ name: string; by: string; ask: Partial<PolicyQuestion>; takes: readonly string[] | null }>([
  { name: "adds a desktop", by: "alice", ask: { changes: [change("Workspace/a", "create")] }, takes: ["olga"] },
  { name: "deletes a desktop", by: "alice", ask: { changes: [change("Workspace/a", "delete")] }, takes: null },
  {
    name: "adds a desktop of production",
    by: "otto",
    ask: { changes: [change("Workspace/a", "create", { after: production })] },
    takes: ["olga", "pat"],
  },
  {
    name: "deletes a desktop",
    by: "otto",
    ask: { changes: [change("Workspace/a", "delete")] },
    takes: ["pat", "paul"],
  },
  {
    name: "takes the label off",
    by: "otto",
    ask: { changes: [change("Workspace/a", "update", { before: production })] },
    takes: ["olga", "pat"],
  },
  { name: "adds a hub", by: "pat", ask: { changes: [change("WireGuardHub/h", "create")] }, takes: null },
  { name: "changes reeve.yaml", by: "pat", ask: { files: [file("desired-state/reeve.yaml")] }, takes: ["paul"] },
  { name: "changes a policy", by: "pat", ask: { files: [file("desired-state/policies/wsp.admx")] }, takes: null },
])("$by $name and takes the approvals of $takes", async ({ by, ask, takes }) => {
  const base = await load({ "reeve.yaml": `${ESTATE}${example}` });
  expect(places(base)).toEqual([]);
  const judge = (reviewers: readonly string[]) =>
    evaluatePolicy(
      basePolicy(base),
      question({ author: person(by), teams, ...ask, reviews: reviewers.map((login) => review(login)) }),
    );
  expect(judge([]).findings).toEqual([]);
  expect(judge(takes ?? ["alice", "olga", "otto", "pat", "paul"]).isAllowed).toBe(takes !== null);
  for (const missing of takes ?? [])
    expect(judge((takes ?? []).filter((one) => one !== missing)).isAllowed).toBe(false);
});
