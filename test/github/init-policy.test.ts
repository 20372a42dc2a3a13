/** The policy that `reeve init` starts a repository with: nobody alone, nobody without rights, and destruction by two. */
import { expect, test } from "vitest";
import { parse } from "yaml";
import { filesOf } from "../../src/commands/state-repository.ts";
import type { Policy } from "../../src/generated/documents.ts";
import type { Permission } from "../../src/github/model.ts";
import { change, evaluate, file, person, review } from "./policy/case.ts";

const action = { repository: "example/reeve", commit: "0".repeat(40), version: "" };
const files = filesOf({ estate: "robco", wireguard: true, workspaces: null, owner: "@a", branch: "main", action });
const text = files.find(({ path }) => path === "desired-state/reeve.yaml")?.text ?? "";
const written: Partial<Policy> = parse(text).spec.policy;
const policy: Policy = { roles: {}, rules: [], protect: [], ...written };

const permissions = new Map<string, Permission>([
  ["alice", "write"],
  ["bob", "write"],
  ["carol", "admin"],
  ["rita", "read"],
]);

const create = { changes: [change("WireGuardPeer/a", "create")] };
const remove = { changes: [change("WireGuardPeer/a", "delete")] };
const workflow = { files: [file(".github/workflows/plan.yml")] };
const rules = { files: [file("desired-state/reeve.yaml")] };

test.each([
  { name: "a request, alone", asked: create, by: "alice", approved: [], allowed: false },
  { name: "a request, approved", asked: create, by: "alice", approved: ["bob"], allowed: true },
  { name: "a request, approved by its author", asked: create, by: "alice", approved: ["alice"], allowed: false },
  { name: "a request, approved by who may only read", asked: create, by: "alice", approved: ["rita"], allowed: false },
  { name: "a request of who may only read", asked: create, by: "rita", approved: ["bob", "carol"], allowed: false },
  { name: "a deletion with one approval", asked: remove, by: "alice", approved: ["bob"], allowed: false },
  { name: "a deletion with two", asked: remove, by: "alice", approved: ["bob", "carol"], allowed: true },
  { name: "the rules with one", asked: rules, by: "alice", approved: ["bob"], allowed: false },
  { name: "the rules with two", asked: rules, by: "alice", approved: ["bob", "carol"], allowed: true },
  { name: "a workflow with one", asked: workflow, by: "alice", approved: ["bob"], allowed: false },
  {
    name: "newer actions, approved by two",
    asked: workflow,
    by: "dependabot[bot]",
    approved: ["bob", "carol"],
    allowed: true,
  },
  { name: "a resource of the bot's", asked: create, by: "dependabot[bot]", approved: ["bob", "carol"], allowed: false },
])("$name", ({ asked, by, approved, allowed }) => {
  const reviews = approved.map((login) => review(login));
  const verdict = evaluate({ ...asked, author: person(by), reviews, permissions }, policy);
  expect(verdict.findings).toEqual([]);
  expect(verdict.isAllowed).toBe(allowed);
});
