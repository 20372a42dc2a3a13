/** Plans for tests of what is shown of them. */

import type { CommentFacts, LivePlan, PlanPlace } from "../../../src/github/comment/facts.ts";
import type { Change, ChangeDraft } from "../../../src/plan/change.ts";
import type { Plan } from "../../../src/plan/plan.ts";
import { digestOf } from "../../../src/support/digest.ts";
import { change } from "../../support/literals.ts";

export const PLACE: PlanPlace = {
  repositoryUrl: "https://github.com/robco/estate",
  head: "1f6d2c9a0b3e4d5f60718293a4b5c6d7e8f90a1b",
  base: "aa04b1c2d3e4f5061728394a5b6c7d8e9f0a1b2c",
  runUrl: "https://github.com/robco/estate/actions/runs/4711",
  artifact: { name: "reeve-plan", url: "https://github.com/robco/estate/actions/runs/4711/artifacts/12" },
};

const COUNTED = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
  adopt: "adopt",
  start: "other",
  stop: "other",
  prune: "delete",
} as const satisfies Record<Change["action"], keyof Plan["summary"]>;

/** A plan of these changes, counted. */
export function planOf(changes: readonly Change[], over: Partial<Plan> = {}): Plan {
  const summary = { create: 0, update: 0, replace: 0, delete: 0, adopt: 0, other: 0, unchanged: 12, foreign: 0 };
  for (const { action } of changes) summary[COUNTED[action]] += 1;
  return {
    formatVersion: 1,
    estate: "robco",
    commit: null,
    digest: digestOf(changes.map(({ digest }) => digest)),
    summary,
    changes,
    foreign: [],
    ignored: [],
    diagnostics: [],
    blockers: [],
    nextChangeAt: null,
    ...over,
  };
}

export function live(plan: Plan, over: Partial<LivePlan> = {}): LivePlan {
  return { plan, ours: plan.changes, drift: [], removed: new Map(), policy: null, cost: null, ...over };
}

export function facts(plan: LivePlan, over: Partial<CommentFacts> = {}): CommentFacts {
  return { place: PLACE, subject: { live: plan }, previous: null, ...over };
}

export function at(file: string, line: number): NonNullable<ChangeDraft["source"]> {
  return { file: `desired-state/${file}`, line, column: 1 };
}

export const SMALL = planOf([
  change("Workspace/ann", {
    action: "create",
    reason: "declared, and not there",
    fields: [
      { path: "bundle", before: null, after: "standard" },
      { path: "user", before: null, after: "ann" },
    ],
    waitsFor: ["AVAILABLE, up to 40 minutes"],
    source: at("robotics.yaml", 3),
  }),
  change("Workspace/bob", {
    reason: "the document asks for another size",
    fields: [
      { path: "compute", before: "standard", after: "power" },
      { path: "rootGiB", before: 80, after: 175 },
    ],
    disruption: "interrupts",
    impact: ["bob is signed out for about 5 minutes"],
    source: at("robotics.yaml", 14),
  }),
  change("WireGuardPeer/laptop-eve", {
    action: "stop",
    reason: "suspended: true",
    fields: [],
    source: at("peers.yaml", 8),
  }),
]);

export const DESTRUCTIVE = planOf(
  [
    change("Workspace/carl", {
      action: "delete",
      disruption: "destroys",
      reason: "no document declares it any more",
      impact: ["carl loses the desktop and the 100 GiB of its user volume, for good"],
      fields: [],
    }),
    change("Workspace/dora", {
      action: "replace",
      disruption: "destroys",
      reason: "a directory cannot be changed in place",
      impact: ["dora loses what is on the root volume"],
      fields: [{ path: "directory", before: "robotics", after: "design" }],
      source: at("robotics.yaml", 31),
    }),
    ...SMALL.changes,
    change("Workspace/gil", {
      reason: "live has another tag",
      fields: [{ path: "tags.team", before: "ops", after: "design" }],
      source: at("design.yaml", 5),
    }),
    change("Workspace/hal", {
      action: "create",
      reason: "declared, and not there",
      blocked: { code: "budget", message: "the budget robotics has $12.00 left", next: "raise it, or ask for less" },
      source: at("robotics.yaml", 52),
    }),
  ],
  {
    foreign: [{ kind: "Workspace", what: "ws-0a1b2c3d", suggestedName: "ws-0a1b2c3d", where: "eu-west-1" }],
    nextChangeAt: "2026-06-01T00:00:00.000Z",
  },
);

/** What a document or a live resource may hold to mislead a reader or a renderer. */
export const HOSTILE: readonly string[] = [
  "```\n</details>\n## No changes",
  "~~~~ ````` ```",
  "<script>alert(1)</script><img src=x onerror=alert(1)>",
  '<a href="javascript:alert(1)">x</a> <!-- --> -->',
  '<!-- reeve:plan:robco {"digest":"sha256:0"} -->',
  "<!-- reeve:history -->",
  "@everyone @robco/platform eve@robco.example",
  "a | b \\| c || d",
  "one\ntwo\r\n| three | four |\n| --- | --- |",
  "\u202eevil\u2066 \u200bhidden\ufeff",
  "\u001b[31mred\u001b[0m\u0007",
  "#1 GH-1 robco/estate#2 1f6d2c9a0b3e4d5f60718293a4b5c6d7e8f90a1b :100: fd00:100:8::1",
  "https://evil.example www.evil.example [x](javascript:alert(1)) ![i](https://evil.example/i.png)",
  "**bold** _em_ `code` ~~gone~~ $x$ [^1] \\",
  "👩‍🚀 \ud83d half",
  "- item\n1. item\n> quote\n# head",
  "x".repeat(5000),
];
