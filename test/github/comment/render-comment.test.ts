import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CommentFacts, LivePlan } from "../../../src/github/comment/facts.ts";
import { planKey } from "../../../src/github/comment/page.ts";
import { COMMENT_LIMIT, renderComment } from "../../../src/github/comment/render-comment.ts";
import { hasHiddenKey, hiddenFacts } from "../../../src/github/hidden-key.ts";
import type { PolicyVerdict } from "../../../src/github/model.ts";
import type { Change } from "../../../src/plan/change.ts";
import { isDestructive } from "../../../src/render/words.ts";
import { change } from "../../support/literals.ts";
import { elementsOf, hrefsOf, proseOf, REFERENCE, tablesOf, toHtml } from "./github-html.ts";
import { at, DESTRUCTIVE, facts, HOSTILE, live, PLACE, planOf, SMALL } from "./plans.ts";

const DENIED: PolicyVerdict = {
  isAllowed: false,
  answers: [
    {
      subject: "Workspace/carl",
      action: "delete",
      isAllowed: false,
      reasons: ["rule 2 (delete, replace) asks for 2 approvals of role:admin (user:alice, user:bea); alice approved"],
      needs: ["1 more approval of role:admin (user:alice, user:bea)"],
    },
    { subject: "Workspace/bob", action: "update", isAllowed: true, reasons: ["rule 1 (Workspace)"], needs: [] },
  ],
  brokenGlass: null,
  findings: [],
};

const COST: LivePlan["cost"] = {
  lines: [
    { what: "these changes", monthly: "+$33.75 (+$9.75 to +$228.75)", yearly: "+$405.00", beside: "" },
    { what: "the estate after them", monthly: "$1,233.75", yearly: "$14,805.00", beside: "1 resource is not priced" },
  ],
  notes: ["prices are of 2026-05-01"],
  changes: new Map([["Workspace/carl", "-$50.00 a month, -$600.00 a year"]]),
};

function destructive(over: Partial<LivePlan> = {}): LivePlan {
  const isDrift = ({ name }: Change): boolean => name === "gil";
  return live(DESTRUCTIVE, {
    ours: DESTRUCTIVE.changes.filter((one) => !isDrift(one)),
    drift: DESTRUCTIVE.changes.filter(isDrift),
    removed: new Map([["Workspace/carl", at("robotics.yaml", 22)]]),
    cost: COST,
    ...over,
  });
}

const ONLY_ERRORS = planOf([], {
  diagnostics: [
    {
      severity: "error",
      code: "unknown-reference",
      message: 'no WorkspaceBlueprint is named "standrad"',
      hint: 'did you mean "standard"?',
      address: "Workspace/ann",
      at: at("robotics.yaml", 7),
    },
  ],
  blockers: [{ code: "invalid", message: "1 error must be mended first", next: "see the findings below" }],
});

const OFFLINE: CommentFacts = {
  place: PLACE,
  previous: null,
  subject: {
    offline: {
      estate: "robco",
      documents: [
        {
          address: "Workspace/ann",
          kind: "Workspace",
          name: "ann",
          how: "changed",
          fields: [{ path: "spec.compute", before: "standard", after: "power" }],
          source: at("robotics.yaml", 3),
          movedFrom: null,
        },
        {
          address: "Workspace/old",
          kind: "Workspace",
          name: "old",
          how: "removed",
          fields: [{ path: "spec.user", before: "old", after: null }],
          source: at("old.yaml", 1),
          movedFrom: null,
        },
      ],
      diagnostics: [],
    },
  },
};

/** Every string of a change is the same hostile one. */
function hostileChange(text: string, action: Change["action"]): Change {
  const name = text.slice(0, 60);
  return change(`Workspace/${name}`, {
    action,
    name,
    reason: text,
    impact: [text],
    waitsFor: [text],
    fields: [{ path: text, before: text, after: [text, "a", "b"] }],
    source: { file: `desired-state/${text.slice(0, 60)}.yaml`, line: 3, column: 1 },
  });
}

const ACTIONS = ["create", "update", "delete"] as const;

const HOSTILE_PLAN = planOf(
  HOSTILE.flatMap((text) => ACTIONS.map((action) => hostileChange(text, action))),
  {
    diagnostics: HOSTILE.map((message) => ({ severity: "warning", code: "odd", message, hint: message, at: null })),
    blockers: HOSTILE.map((message) => ({ code: "marker", message, next: message })),
  },
);

function many(count: number, action: (index: number) => Change["action"]): LivePlan {
  const changes = Array.from({ length: count }, (_one, index) =>
    change(`Workspace/desk-${index}`, {
      action: action(index),
      disruption: action(index) === "delete" ? "destroys" : "none",
      impact: action(index) === "delete" ? [`person-${index} loses the desktop`] : [],
      fields: [
        { path: "compute", before: "standard", after: "power" },
        { path: "tags.team", before: "ops", after: "design" },
      ],
      source: at("all.yaml", index + 1),
    }),
  );
  return live(planOf(changes));
}

const MOSTLY_UPDATES = many(5000, (index) => (index % 50 === 0 ? "delete" : index % 3 === 0 ? "create" : "update"));

describe("golden comments", () => {
  test.each([
    { name: "small", given: facts(live(SMALL)) },
    { name: "destructive", given: facts(destructive()) },
    { name: "policy-denied", given: facts(destructive({ policy: DENIED })) },
    { name: "only-errors", given: facts(live(ONLY_ERRORS)) },
    { name: "no-changes", given: facts(live(planOf([]))) },
    { name: "offline", given: OFFLINE },
    { name: "hostile", given: facts(live(HOSTILE_PLAN)) },
    { name: "5000-changes", given: facts(MOSTLY_UPDATES) },
  ])("$name", async ({ name, given }) => {
    await expect(renderComment(given).text).toMatchFileSnapshot(`golden/${name}.md`);
  });
});

describe("over the size limit", () => {
  test("5,000 changes: every destruction has its row, the others their counts, and it says what is left out", () => {
    const { text, omitted, isShownWhole } = renderComment(facts(MOSTLY_UPDATES));
    expect(text.length).toBeLessThanOrEqual(COMMENT_LIMIT);
    expect(MOSTLY_UPDATES.plan.changes.filter(isDestructive).filter(({ name }) => !text.includes(`/${name}<`))).toEqual(
      [],
    );
    expect(omitted).toEqual([
      "the lines of 1000 × Workspace",
      "the names of 3900 × Workspace",
      "the fields of 5000 changes",
    ]);
    expect(isShownWhole).toBe(false);
    expect(text).toContain(`spec.plan: ${MOSTLY_UPDATES.plan.digest}`);
  });

  test.each([
    { budget: 65_536, omitted: ["the fields of 200 changes"] },
    { budget: 36_000, omitted: ["the reasons of 100 destructions", "the fields of 200 changes"] },
    { budget: 20_000, omitted: ["the reasons of 175 destructions", "the fields of 200 changes"] },
  ])("200 destructions in $budget characters: the check's text has their fields", ({ budget, omitted }) => {
    const rendered = renderComment(facts(many(200, () => "delete")), budget);
    expect(rendered.text.length).toBeLessThanOrEqual(budget);
    expect(rendered.omitted).toEqual(omitted);
    expect(rendered.isShownWhole).toBe(true);
  });

  test("what cannot even be named is counted", () => {
    const { text, omitted } = renderComment(facts(many(5000, () => "delete")), 20_000);
    expect(text).toMatch(/and \d+ more that this comment has no room to name/);
    expect(omitted[1]).toMatch(/^the names of \d+ destructions$/);
  });

  test("a value that is cut is not shown whole", () => {
    const long = change("Workspace/ann", { fields: [{ path: "notes", before: "", after: "x".repeat(9000) }] });
    expect(renderComment(facts(live(planOf([long])))).isShownWhole).toBe(false);
  });
});

describe("history", () => {
  const next = (previous: string | null, head: string, plan = SMALL): string =>
    renderComment(facts(live(plan), { previous, place: { ...PLACE, head } })).text;

  test("past plans are folded, the last one with its text, five at most", () => {
    const heads = ["1", "2", "3", "4", "5", "6", "7"].map((digit) => digit.repeat(40));
    const text = heads.reduce<string | null>((previous, head) => next(previous, head), null) ?? "";
    expect(text.match(/^- <code>.{8}<\/code>: .*$/gm)).toHaveLength(5);
    expect(text).toContain("5 past plans");
    expect(text).toContain("The plan of <code>66666666</code> as it was");
    expect(text).not.toContain("11111111");
    expect(text.match(/as it was/g)).toHaveLength(1);
  });

  test("the same plan of the same commit is no past plan", () => {
    const once = next(null, PLACE.head);
    expect(next(once, PLACE.head)).toBe(once);
  });

  test.each([
    { name: "another's text", previous: "no key at all\n<!-- reeve:history -->" },
    { name: "facts that cannot be read", previous: "<!-- reeve:plan:robco {] -->\nx" },
    { name: "a text that somebody has cut", previous: next(null, "2".repeat(40)).slice(0, 900) },
    { name: "past plans that are none", previous: `<!-- reeve:plan:robco {"past":"[1,{}]"} -->\nx` },
  ])("$name is not shown", ({ previous }) => {
    expect(next(previous, PLACE.head)).not.toContain("as it was");
  });
});

/** Laws of any comment, whatever is in it. */
function checkLaws(given: CommentFacts, budget: number): void {
  const { text } = renderComment(given, budget);
  expect(text.length).toBeLessThanOrEqual(budget);
  const key = planKey("live" in given.subject ? given.subject.live.plan.estate : given.subject.offline.estate);
  expect(hasHiddenKey(text, key)).toBe(true);
  expect(hiddenFacts(text, key)["head"]).toBe(PLACE.head);
  const html = toHtml(text);
  const allowed = [
    "a",
    "blockquote",
    "br",
    "code",
    "details",
    "h2",
    "h3",
    "li",
    "p",
    "pre",
    "strong",
    "sub",
    "summary",
  ];
  const lists = ["table", "tbody", "td", "th", "thead", "tr", "ul"];
  expect(elementsOf(html).filter((name) => ![...allowed, ...lists].includes(name))).toEqual([]);
  expect(hrefsOf(html).filter((href) => !href.startsWith(PLACE.repositoryUrl))).toEqual([]);
  expect(proseOf(html).filter((words) => REFERENCE.test(words))).toEqual([]);
  for (const table of tablesOf(html)) expect(new Set(table).size).toBe(1);
  expect((html.match(/<details>/g) ?? []).length).toBe((html.match(/<\/details>/g) ?? []).length);
  expect(html.match(/\*\*Next|<strong>Next:<\/strong>/g)).toEqual(["<strong>Next:</strong>"]);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
}

describe("hostile text", () => {
  test.each([65_536, 30_000, 12_000])("stays text in %d characters", (budget) => {
    checkLaws(facts(live(HOSTILE_PLAN)), budget);
  });

  const hostile = fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: "binary" }),
    fc.array(fc.constantFrom(...HOSTILE), { maxLength: 3 }).map((parts) => parts.join("")),
  );
  const anyChange = fc.record({ text: hostile, action: fc.constantFrom(...ACTIONS) });

  test("of any plan, in any room", () => {
    fc.assert(
      fc.property(
        fc.array(anyChange, { maxLength: 12 }),
        hostile,
        fc.integer({ min: 12_000, max: COMMENT_LIMIT }),
        (list, estate, budget) => {
          const changes = list.map(({ text, action }) => hostileChange(text, action));
          const plan = planOf(changes, { estate: `robco${estate}` });
          const half = Math.floor(changes.length / 2);
          const subject = live(plan, { ours: changes.slice(0, half), drift: changes.slice(half) });
          const first = renderComment(facts(subject), budget).text;
          checkLaws(facts(subject), budget);
          checkLaws(facts(subject, { previous: first.replaceAll(PLACE.head, "0".repeat(40)) }), budget);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("every destroyed resource is named", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 150 }), (names) => {
        const changes = names.map((name) => change(`Workspace/${name}`, { action: "delete", reason: "gone" }));
        const { text } = renderComment(facts(live(planOf(changes))), 30_000);
        expect(names.filter((name) => !text.includes(`<code>Workspace/${name}</code>`))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
