import { expect, test } from "vitest";
import { assemblePlan } from "../../src/plan/assemble-plan.ts";
import type { ChangeDraft } from "../../src/plan/change.ts";
import { type CostLedger, type CostRange, changeCost } from "../../src/plan/cost.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { plain } from "../../src/render/paint.ts";
import { renderPlanMarkdown } from "../../src/render/plan-markdown.ts";
import { renderPlanText } from "../../src/render/plan-text.ts";
import { parseUsd } from "../../src/support/money.ts";
import { draft, estate } from "../support/literals.ts";

function usd(low: number, expected = low, high = low): CostRange {
  return { low: parseUsd(low), expected: parseUsd(expected), high: parseUsd(high) };
}

const AUTO = usd(9.75, 33.75, 228.75);
const MINE = { path: "compute", before: null, after: "standard" };

function desktop(name: string, over: Partial<ChangeDraft>): ChangeDraft {
  return draft(`Workspace/${name}`, { fields: [MINE], reason: "declared", ...over });
}

const CREATE = desktop("ann", { action: "create", cost: changeCost({ before: null, after: AUTO }, null) });
const SWITCH = desktop("bob", {
  cost: changeCost({ before: AUTO, after: usd(35) }, null, [
    "it waits for the saving of Workspace/eve: its budget has no room before",
  ]),
});
const UNKNOWN = desktop("cid", {
  action: "create",
  cost: changeCost({ before: null, after: "not-priced" }, "no prices of us-west-2"),
});
const HELD = desktop("dan", {
  action: "create",
  cost: changeCost({ before: null, after: usd(140) }, null),
  blocked: { code: "budget", message: "too dear", next: "ask for less" },
});
const GONE = desktop("eve", {
  action: "delete",
  disruption: "destroys",
  cost: changeCost({ before: usd(50), after: null }, null),
});

function plan(changes: readonly ChangeDraft[], cost: CostLedger | null): Plan {
  const part = { provider: "workspaces", changes, foreign: [], ignored: [], nextChangeAt: null, managed: {}, cost };
  return assemblePlan({ estate: estate(), commit: null, parts: [part], diagnostics: [] });
}

const STALE = "prices are of 2026-05-01, more than 180 days ago: costs are a guide, not a bill";
const LEDGER: CostLedger = { now: [AUTO, usd(50), "not-priced"], notes: [STALE] };
const FULL = plan([CREATE, SWITCH, UNKNOWN, HELD, GONE], LEDGER);

/** Without the digest, which is not what this is about. */
function textOf(shown: Plan): readonly string[] {
  return renderPlanText(shown, plain)
    .split("\n")
    .filter((line) => !line.startsWith("Digest"));
}

test("the terminal: a phrase a change, then the sums; held changes are in no sum", () => {
  expect(textOf(FULL)).toMatchInlineSnapshot(`
    [
      "Plan for robco: 3 to create, 1 to update, 1 to delete, 1 of them held, 0 unchanged",
      "",
      "Destroys",
      "  - Workspace/eve  declared",
      "      cost: -$50.00 a month, -$600.00 a year",
      "      compute: (none) -> standard",
      "",
      "Changes",
      "  + Workspace/ann  declared",
      "      cost: +$33.75 (+$9.75 to +$228.75) a month, +$405.00 (+$117.00 to +$2,745.00) a year",
      "      compute: (none) -> standard",
      "  ~ Workspace/bob  declared",
      "      cost: +$1.25 (+$25.25 to -$193.75) a month, +$15.00 (+$303.00 to -$2,325.00) a year",
      "        it waits for the saving of Workspace/eve: its budget has no room before",
      "      compute: (none) -> standard",
      "  + Workspace/cid  declared",
      "      cost: not priced: no prices of us-west-2",
      "      compute: (none) -> standard",
      "",
      "Held",
      "  + Workspace/dan  declared",
      "      held: too dear",
      "      ask for less",
      "      cost: +$140.00 a month, +$1,680.00 a year",
      "      compute: (none) -> standard",
      "",
      "Cost, at the expected hours (the fewest to the most)",
      "  these changes          -$15.00                    a month   -$180.00 a year; 1 change is not priced and in no figure",
      "  the estate after them  $68.75 ($44.75 to $263.75) a month   $825.00 ($537.00 to $3,165.00) a year; 2 resources are not priced and in no figure",
      "  prices are of 2026-05-01, more than 180 days ago: costs are a guide, not a bill",
      "",
      "",
    ]
  `);
});

test("Markdown: the same for a pull request", () => {
  expect(renderPlanMarkdown(FULL).split("<details>")[0]).toMatchInlineSnapshot(`
    "## ⚠️ Destroys: 3 to create, 1 to update, 1 to delete, 1 of them held, 0 unchanged

    ### Destroys

    | what | why | whom it hits | cost | declared at |
    | --- | --- | --- | --- | --- |
    | - **Workspace/eve** | declared |  | -&#36;50.00 a month, -&#36;600.00 a year |  |

    ### Workspace

    - + **ann** create: declared; cost: +&#36;33.75 (+&#36;9.75 to +&#36;228.75) a month, +&#36;405.00 (+&#36;117.00 to +&#36;2,745.00) a year
    - ~ **bob** update: declared; compute: (none) -&gt; standard; cost: +&#36;1.25 (+&#36;25.25 to -&#36;193.75) a month, +&#36;15.00 (+&#36;303.00 to -&#36;2,325.00) a year; it waits for the saving of Workspace/eve: its budget has no room before
    - + **cid** create: declared; cost: not priced: no prices of us-west-2

    ### Held

    - **Workspace/dan**: too dear. ask for less; cost: +&#36;140.00 a month, +&#36;1,680.00 a year

    ### Cost, at the expected hours (the fewest to the most)

    | | a month | a year | |
    | --- | --- | --- | --- |
    | these changes | -&#36;15.00 | -&#36;180.00 | 1 change is not priced and in no figure |
    | the estate after them | &#36;68.75 (&#36;44.75 to &#36;263.75) | &#36;825.00 (&#36;537.00 to &#36;3,165.00) | 2 resources are not priced and in no figure |

    - prices are of 2026-05-01, more than 180 days ago: costs are a guide, not a bill

    "
  `);
});

test("nothing to do: what the estate costs", () => {
  expect(textOf(plan([], LEDGER))).toMatchInlineSnapshot(`
    [
      "Plan for robco: no changes, 0 unchanged",
      "",
      "Cost, at the expected hours (the fewest to the most)",
      "  the estate  $83.75 ($59.75 to $278.75) a month   $1,005.00 ($717.00 to $3,345.00) a year; 1 resource is not priced and in no figure",
      "  prices are of 2026-05-01, more than 180 days ago: costs are a guide, not a bill",
      "",
    ]
  `);
});

test("--only: what is left out is in no sum", () => {
  const part = {
    provider: "workspaces",
    changes: [CREATE, GONE],
    foreign: [],
    ignored: [],
    nextChangeAt: null,
    managed: {},
    cost: LEDGER,
  };
  const ingredients = { estate: estate(), commit: null, parts: [part], diagnostics: [] };
  const only = assemblePlan({ ...ingredients, selects: (address) => address === "Workspace/ann" });
  expect(only.cost?.change.monthly).toEqual(AUTO);
  expect(only.cost?.after.monthly.expected).toBe(parseUsd(33.75 + 50 + 33.75));
});

test("where nothing costs anything, not a word of it", () => {
  const without = plan([desktop("ann", { action: "create" })], null);
  expect(without).not.toHaveProperty("cost");
  for (const text of [renderPlanText(without, plain), renderPlanMarkdown(without)]) expect(text).not.toMatch(/cost/i);
});

test.each([
  { name: "a change", changes: [desktop("ann", { action: "create" })], heading: "✅ Changes" },
  { name: "a held one beside it", changes: [desktop("ann", { action: "create" }), HELD], heading: "✋ Held" },
  { name: "a deletion beside both", changes: [GONE, HELD], heading: "⚠️ Destroys" },
])("the comment's first word, of $name", ({ changes, heading }) => {
  expect(renderPlanMarkdown(plan(changes, null)).startsWith(`## ${heading}: `)).toBe(true);
});

test("newer prices change no digest", () => {
  const dearer = { ...CREATE, cost: changeCost({ before: null, after: usd(99) }, null) };
  expect(plan([dearer], LEDGER).digest).toBe(plan([CREATE], LEDGER).digest);
});
