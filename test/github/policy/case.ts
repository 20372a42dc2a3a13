import type { Policy } from "../../../src/generated/documents.ts";
import type {
  Actor,
  ChangedFile,
  PolicyChange,
  PolicyFace,
  PolicyQuestion,
  PolicyVerdict,
  Review,
} from "../../../src/github/model.ts";
import { evaluatePolicy } from "../../../src/github/policy/evaluate-policy.ts";

export const HEAD = "a".repeat(40);
export const OLDER = "b".repeat(40);

/** The same login has the same number; letters that differ in case alone are one account. */
export function person(login: string, over: Partial<Actor> = {}): Actor {
  const id = Array.from(login.toLowerCase()).reduce((sum, letter) => sum * 31 + (letter.codePointAt(0) ?? 0), 7);
  return { login, id, isBot: login.endsWith("[bot]"), ...over };
}

/** An approval of the head commit; `minute` orders reviews. */
export function review(login: string, over: Partial<Omit<Review, "at">> & { readonly minute?: number } = {}): Review {
  const { minute = 0, ...rest } = over;
  const at = new Date(Date.UTC(2026, 10, 1, 12, minute));
  return { reviewer: person(login), state: "approved", commit: HEAD, at, ...rest };
}

export function face(labels: PolicyFace["labels"] = {}, file = "desired-state/desktops.yaml"): PolicyFace {
  return { labels, file };
}

/** A change of a document that is there before and after, but for what is created or deleted. */
export function change(
  address: string,
  action: PolicyChange["action"] = "update",
  over: Partial<PolicyChange> = {},
): PolicyChange {
  const [kind = "", name = ""] = address.split("/");
  const before = action === "create" ? null : face();
  const after = action === "delete" ? null : face();
  return { address, kind, name, action, before, after, digest: null, ...over };
}

export function file(path: string, over: Partial<ChangedFile> = {}): ChangedFile {
  return { path, previousPath: null, status: "modified", ...over };
}

/** The policy of the product's own example, with a rule for what is protected. */
export const POLICY: Policy = {
  roles: { requester: ["team:engineering"], operator: ["team:desktops"], admin: ["team:platform"] },
  rules: [
    {
      match: { kinds: ["Workspace", "WireGuardPeer"], actions: ["create", "update"] },
      changeBy: ["role:requester"],
      approvals: [{ count: 1, from: ["role:operator"] }],
    },
    {
      match: { actions: ["delete", "replace"] },
      changeBy: ["role:operator"],
      approvals: [{ count: 2, from: ["role:admin"] }],
    },
    {
      name: "the policy itself",
      match: { paths: ["desired-state/reeve.yaml", ".github/**"] },
      changeBy: ["role:admin"],
      approvals: [{ count: 1, from: ["role:admin"] }],
    },
  ],
  protect: ["desired-state/policies/**"],
  override: { by: ["role:admin"], never: [{ paths: ["desired-state/reeve.yaml"] }] },
};

const TEAMS: PolicyQuestion["teams"] = new Map([
  ["team:engineering", new Set(["alice", "erin", "olga"])],
  ["team:desktops", new Set(["olga", "otto"])],
  ["team:platform", new Set(["pat", "paul", "piet"])],
]);

/** Alice, of engineering, and nobody's word yet. */
export function question(over: Partial<PolicyQuestion> = {}): PolicyQuestion {
  return {
    author: person("alice"),
    pushers: [],
    head: HEAD,
    reviews: [],
    files: [],
    changes: [],
    teams: TEAMS,
    permissions: new Map(),
    estateFile: "desired-state/reeve.yaml",
    override: null,
    ...over,
  };
}

export function evaluate(over: Partial<PolicyQuestion>, policy: Policy = POLICY): PolicyVerdict {
  return evaluatePolicy({ status: "declared", policy }, question(over));
}

/** A verdict as lines: `subject action: yes|no: reasons`, then what is needed. */
export function show(verdict: PolicyVerdict): readonly string[] {
  return verdict.answers.flatMap(({ subject, action, isAllowed, reasons, needs }) => [
    `${subject} ${action}: ${isAllowed ? "yes" : "no"}: ${reasons.join(" | ")}`,
    ...needs.map((need) => `  needs ${need}`),
  ]);
}
