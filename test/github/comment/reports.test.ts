import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ApplyReport } from "../../../src/apply/apply-plan.ts";
import {
  type ApplyFacts,
  applyKey,
  renderApplyReply,
  renderTrackingIssue,
} from "../../../src/github/comment/apply-texts.ts";
import {
  type DriftFacts,
  readSeen,
  readSighting,
  renderDriftIssue,
  renderDriftOver,
  sinceWhen,
} from "../../../src/github/comment/drift-text.ts";
import { renderProposal } from "../../../src/github/comment/proposal-text.ts";
import { hasHiddenKey, hiddenKey } from "../../../src/github/hidden-key.ts";
import { change, resource } from "../../support/literals.ts";
import { hrefsOf, proseOf, REFERENCE, tablesOf, toHtml } from "./github-html.ts";
import { HOSTILE, PLACE } from "./plans.ts";

type Outcomes = ApplyReport["outcomes"];

const PARTIAL: Outcomes = [
  { status: "done", address: "Workspace/ann", message: "created, AVAILABLE after 21 minutes", action: "create" },
  {
    status: "failed",
    address: "Workspace/bob",
    message: "AWS: ResourceLimitExceeded",
    failure: "denied",
    next: "ask AWS for more desktops",
    action: "update",
  },
  {
    status: "held",
    address: "Workspace/carl",
    message: "it is not as it was when it was reviewed",
    next: "review it again",
    action: "delete",
  },
];

function applied(outcomes: Outcomes, over: Partial<ApplyReport> = {}): ApplyFacts {
  const report = {
    formatVersion: 1,
    estate: "robco",
    commit: null,
    plan: "sha256:0a",
    blockers: [],
    outcomes,
    ...over,
  } as const;
  const pulls = [{ number: 12, title: "Desktops of @robotics" }];
  return { report, commit: PLACE.head, runUrl: PLACE.runUrl, pulls, refusals: new Map() };
}

const BLOCKED = applied([], {
  blockers: [{ code: "mass-change", message: "7 of 9 Workspace would be deleted", next: "acknowledge it" }],
});

function drifted(over: Partial<DriftFacts> = {}): DriftFacts {
  return {
    estate: "robco",
    changes: [
      change("Workspace/gil", {
        reason: "live has another tag",
        fields: [{ path: "team", before: "ops", after: "art" }],
      }),
      change("WireGuardPeer/eve", { action: "create", reason: "gone from the hub", fields: [] }),
    ],
    modeOf: (kind) => (kind === "Workspace" ? "propose" : "correct"),
    seen: new Map([["Workspace/gil", "2026-05-01T06:00:00.000Z"]]),
    now: "2026-05-03T06:00:00.000Z",
    runUrl: PLACE.runUrl,
    proposal: 31,
    notes: new Map(),
    corrected: [],
    troubles: [],
    blockers: [],
    isApplied: true,
    ...over,
  };
}

/** All that a drift issue may say. */
const EVERYTHING: Partial<DriftFacts> = {
  isApplied: false,
  notes: new Map([["Workspace/gil", "not recorded: AWS is changing it just now"]]),
  corrected: [{ address: "WireGuardPeer/ann", message: "written to hub-eu" }],
  troubles: [{ address: "WireGuardHub/hub-us", message: "hub-us cannot be read" }],
  blockers: [{ code: "mass-change", message: "7 of 9 Workspace would be deleted", next: "acknowledge it" }],
  proposal: null,
};

function proposed(texts: readonly string[] = ["red"]): string {
  const recordings = texts.map((text, index) => ({
    resource: resource(`Workspace/w${index}`, {}),
    edits: [
      { path: ["spec", "tags", text], value: text },
      { path: ["spec", "running"], value: { mode: "auto-stop", afterIdle: "2h" } },
      { path: ["spec", "compute"], value: null },
    ],
  }));
  return renderProposal({ estate: "robco", recordings, runUrl: PLACE.runUrl }).text;
}

describe("golden reports", () => {
  test.each([
    { name: "apply-partial", text: renderApplyReply(applied(PARTIAL)).text },
    { name: "apply-blocked", text: renderApplyReply(BLOCKED).text },
    { name: "apply-nothing", text: renderApplyReply(applied([])).text },
    { name: "tracking-issue", text: renderTrackingIssue(applied(PARTIAL)).text },
    { name: "drift-issue", text: renderDriftIssue(drifted()).text },
    { name: "drift-issue-full", text: renderDriftIssue(drifted(EVERYTHING)).text },
    { name: "drift-over", text: renderDriftOver(drifted(EVERYTHING)).text },
    { name: "drift-proposal", text: proposed() },
  ])("$name", async ({ name, text }) => {
    await expect(text).toMatchFileSnapshot(`golden/${name}.md`);
  });
});

test("first seen is carried from issue to issue, and what is no instant is not", () => {
  const body = `${hiddenKey("drift:robco")}\n${renderDriftIssue(drifted()).text}`;
  expect([...readSeen(body)]).toEqual([
    ["Workspace/gil", "2026-05-01T06:00:00.000Z"],
    ["WireGuardPeer/eve", "2026-05-03T06:00:00.000Z"],
  ]);
  expect([...readSeen(body.replace("2026-05-01T06:00:00.000Z", "yesterday"))]).toHaveLength(2);
  expect([...readSeen("no issue of ours")]).toEqual([]);
});

test("an issue says itself when it was written, and by which run", () => {
  const body = `${hiddenKey("drift:robco")}\n${renderDriftIssue(drifted()).text}`;
  expect(readSighting(body)).toEqual({ now: "2026-05-03T06:00:00.000Z", runUrl: PLACE.runUrl });
  expect(readSighting("no issue of ours")).toBeNull();
});

test.each([
  { name: "all was looked at: what is gone is forgotten", isWhole: true, after: { b: "2", c: "9" } },
  { name: "something was not: it may be there still", isWhole: false, after: { b: "2", c: "9", a: "1" } },
])("since when: $name", ({ isWhole, after }) => {
  const before = new Map([
    ["a", "1"],
    ["b", "2"],
  ]);
  expect(Object.fromEntries(sinceWhen(["b", "c"], before, { now: "9", isWhole }))).toEqual(after);
});

test("5,000 outcomes and 5,000 differences: what failed is named, the rest is counted", () => {
  const outcomes = Array.from({ length: 5000 }, (_one, index): Outcomes[number] => ({
    status: "done",
    address: `Workspace/desk-${index}`,
    message: "done",
    action: "update",
  }));
  const reply = renderApplyReply(applied([...outcomes, ...PARTIAL]));
  expect(reply.text.length).toBeLessThanOrEqual(65_536);
  expect(reply.text).toContain("<code>Workspace/bob</code>");
  expect(reply.omitted).toEqual(["4951 done changes"]);
  const changes = outcomes.map(({ address }) => change(address));
  const issue = renderDriftIssue(drifted({ changes }));
  expect(issue.text.length).toBeLessThanOrEqual(65_536);
  expect(issue.text).toContain("and 4950 more");
  expect(proposed(Array.from({ length: 5000 }, () => "red")).length).toBeLessThanOrEqual(65_536);
});

test("no text of a report becomes a link, a mention or a cell", () => {
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary" })), (text) => {
      const outcomes: Outcomes = [
        { status: "failed", address: `Workspace/${text}`, message: text, failure: "invalid", next: text, action: null },
        { status: "done", address: `Workspace/${text}`, message: text, action: "update" },
      ];
      const facts = { ...applied(outcomes, { estate: text }), pulls: [] };
      const changes = [
        change(`Workspace/${text}`, { name: text, reason: text, fields: [{ path: text, before: text, after: 1 }] }),
      ];
      const reply = renderApplyReply(facts).text;
      expect(hasHiddenKey(reply, applyKey(text))).toBe(true);
      const remarks = [{ address: text, message: text }];
      const said = { corrected: remarks, troubles: remarks, notes: new Map([[`Workspace/${text}`, text]]) };
      const drift = drifted({ changes, ...said, blockers: [{ code: "mass-change", message: text, next: text }] });
      const texts = [renderTrackingIssue(facts), renderDriftIssue(drift), renderDriftOver(drift)].map(
        (one) => one.text,
      );
      for (const shown of [reply, ...texts, proposed([text])]) {
        const html = toHtml(shown);
        expect(hrefsOf(html).filter((href) => href !== PLACE.runUrl)).toEqual([]);
        expect(proseOf(html).filter((words) => REFERENCE.test(words))).toEqual([]);
        for (const table of tablesOf(html)) expect(new Set(table).size).toBe(1);
      }
    }),
    { numRuns: 200 },
  );
});
