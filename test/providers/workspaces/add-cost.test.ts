import fc from "fast-check";
import { expect, test } from "vitest";
import type { Plan } from "../../../src/plan/plan.ts";
import { TAGS } from "../../../src/providers/workspaces/markers.ts";
import type { LiveDesktop } from "../../../src/providers/workspaces/model.ts";
import { describeChangeCost } from "../../../src/render/cost-words.ts";
import { formatUsd } from "../../../src/support/money.ts";
import { document, live, PERFORMANCE, planOf, type Scene, STANDARD } from "./cost-scene.ts";

/** `name action: cost`, with what holds it; without the directory's own change. */
function costs({ changes }: Plan): readonly string[] {
  return changes
    .filter(({ kind }) => kind === "Workspace")
    .map(({ name, action, cost, blocked }) => {
      const held = blocked === undefined ? "" : ` !${blocked.code}`;
      const notes = cost?.notes.map((note) => ` [${note}]`).join("") ?? "";
      return `${name} ${action}${held}${cost === undefined ? "" : `: ${describeChangeCost(cost)}${notes}`}`;
    });
}

const AUTO_TO_ALWAYS = "+$1.25 (+$25.25 to -$193.75) a month, +$15.00 (+$303.00 to -$2,325.00) a year";
const ONE_STANDARD = "+$33.75 (+$9.75 to +$228.75) a month, +$405.00 (+$117.00 to +$2,745.00) a year";
const ONE_LESS = "old delete: -$33.75 (-$9.75 to -$228.75) a month, -$405.00 (-$117.00 to -$2,745.00) a year";
const UPSIZE = "+$16.85 (+$3.25 to +$127.35) a month, +$202.20 (+$39.00 to +$1,528.20) a year";
const ALLOW = (annotation: string, user: string): string => `, annotations: { ${annotation}: ws-${user}00000 }`;

interface Row extends Scene {
  readonly name: string;
  readonly says: readonly string[];
  /** Expected dollars of the estate after the changes, and how many are not priced. */
  readonly after: readonly [string, number];
}

const ROWS: readonly Row[] = [
  { name: "a new one", documents: [document("ann")], says: [`ann create: ${ONE_STANDARD}`], after: ["$33.75", 0] },
  {
    name: "larger hardware",
    documents: [document("ann", "compute: performance, volumes: { rootGib: 80, userGib: 100 }")],
    desktops: [live("ann", { userGib: 100 })],
    // A standard desktop with the volumes of a performance one has no price of its own.
    says: [
      "ann update: not priced: as it is now: no price of standard with volumes 80/100 GiB in us-east-1 [always-on saves $0.60 a month at 80 h: it is cheaper from 79 h]",
    ],
    after: ["$50.60", 0],
  },
  {
    name: "larger hardware and volume together",
    documents: [document("ann", "compute: performance, volumes: { rootGib: 80, userGib: 100 }")],
    desktops: [live("ann")],
    says: [`ann update: ${UPSIZE} [always-on saves $0.60 a month at 80 h: it is cheaper from 79 h]`],
    after: ["$50.60", 0],
  },
  {
    name: "to always-on",
    documents: [document("ann", "running: { mode: always-on }")],
    desktops: [live("ann")],
    says: [`ann update: ${AUTO_TO_ALWAYS}`],
    after: ["$35.00", 0],
  },
  {
    name: "a larger volume, which the book does not have",
    documents: [document("ann", "volumes: { rootGib: 175, userGib: 100 }")],
    desktops: [live("ann")],
    says: ["ann update: not priced: no price of standard with volumes 175/100 GiB in us-east-1"],
    after: ["$0.00", 1],
  },
  {
    name: "its document is gone",
    desktops: [live("ann")],
    says: [ONE_LESS.replace("old", "ann")],
    after: ["$0.00", 0],
  },
  {
    name: "made anew as it was: no word of cost",
    documents: [document("ann", "", ALLOW("reeve.dev/allow-replace", "ann"))],
    desktops: [live("ann", { state: "ERROR" })],
    says: ["ann replace"],
    after: ["$33.75", 0],
  },
  {
    name: "made anew for somebody else, with a larger one",
    documents: [document("ann", "bundle: performance", ALLOW("reeve.dev/allow-replace", "old"))],
    desktops: [live("old", { tags: { [TAGS.estate]: "robco", [TAGS.name]: "ann" } })],
    says: [`ann replace: ${UPSIZE} [always-on saves $0.60 a month at 80 h: it is cheaper from 79 h]`],
    after: ["$50.60", 0],
  },
  {
    name: "migrated to another bundle",
    documents: [document("ann", "bundle: performance", ALLOW("reeve.dev/allow-migrate", "ann"))],
    desktops: [live("ann")],
    says: [
      `ann update: ${UPSIZE} [this month AWS bills the desktop before and after its migration, each in part] [always-on saves $0.60 a month at 80 h: it is cheaper from 79 h]`,
    ],
    after: ["$50.60", 0],
  },
  {
    name: "taken over as it is: its cost comes in, and is no change",
    documents: [document("ann", "", `, annotations: { reeve.dev/adopt: "true" }`)],
    desktops: [live("ann", { tags: {} })],
    says: ["ann adopt"],
    after: ["$33.75", 0],
  },
  {
    name: "not taken over: not in the estate's cost",
    documents: [document("ann")],
    desktops: [live("ann", { tags: {} }), live("eve", { tags: {} })],
    says: ["ann adopt !exists-unmarked"],
    after: ["", 0],
  },
  {
    name: "only tags, and only a time-out",
    documents: [document("ann", "tags: { Team: art }"), document("bob", "running: { mode: auto-stop, afterIdle: 2h }")],
    desktops: [live("ann"), live("bob")],
    says: ["ann update", "bob update"],
    after: ["$67.50", 0],
  },
  {
    name: "held by a budget: not in the estate's cost",
    documents: [document("ann"), document("bob"), document("cid", "running: { mode: always-on }")],
    budgets: "[{ scope: estate, monthlyUsd: 300 }]",
    says: [
      `ann create: ${ONE_STANDARD}`,
      `bob create !budget: ${ONE_STANDARD}`,
      "cid create: +$35.00 a month, +$420.00 a year",
    ],
    after: ["$68.75", 0],
  },
  {
    name: "a saving of the same plan pays, and is waited for",
    documents: [document("ann"), document("bob", "running: { mode: always-on }")],
    desktops: [live("bob"), live("old")],
    budgets: "[{ scope: estate, monthlyUsd: 300 }]",
    says: [
      ONE_LESS,
      `bob update: ${AUTO_TO_ALWAYS}`,
      `ann create: ${ONE_STANDARD} [it waits for the saving of Workspace/bob and Workspace/old: its budget has no room before]`,
    ],
    after: ["$68.75", 0],
  },
  {
    name: "each budget holds what is in its scope",
    documents: [
      document("ann", "", ", labels: { team: art }"),
      document("bob", "", ", labels: { team: robotics }"),
      document("cid", "", ", labels: { team: robotics }"),
      document("dan"),
    ],
    budgets: "[{ scope: { label: { team: robotics } }, monthlyUsd: 250 }, { scope: { person: ANN }, monthlyUsd: 100 }]",
    says: [
      `ann create !budget: ${ONE_STANDARD}`,
      `bob create: ${ONE_STANDARD}`,
      `cid create !budget: ${ONE_STANDARD}`,
      `dan create: ${ONE_STANDARD}`,
    ],
    after: ["$67.50", 0],
  },
  {
    name: "under an exceeded budget: stopping, deleting, taking over, tags and less go ahead",
    documents: [
      document("ann", "desiredState: stopped"),
      document("bob", "tags: { Team: art }"),
      document("cid", "running: { mode: auto-stop }"),
      document("dan", "", `, annotations: { reeve.dev/adopt: "true" }`),
      document("eve", "compute: performance, volumes: { rootGib: 80, userGib: 100 }"),
    ],
    desktops: [
      live("ann"),
      live("bob"),
      live("cid", { mode: "always-on" }),
      live("dan", { tags: {} }),
      live("eve"),
      live("old"),
    ],
    budgets: "[{ scope: estate, monthlyUsd: 10 }]",
    says: [
      ONE_LESS,
      "ann stop",
      "bob update",
      "cid update: -$1.25 (-$25.25 to +$193.75) a month, -$15.00 (-$303.00 to +$2,325.00) a year",
      "dan adopt",
      `eve update !budget: ${UPSIZE} [always-on saves $0.60 a month at 80 h: it is cheaper from 79 h]`,
    ],
    after: ["$168.75", 0],
  },
];

test.each(ROWS)("$name", ({ says, after, ...scene }) => {
  const plan = planOf(scene);
  expect(costs(plan)).toEqual(says);
  const { monthly, notPriced } = plan.cost?.after ?? { monthly: null, notPriced: 0 };
  expect([monthly === null ? "" : formatUsd(monthly.expected), notPriced]).toEqual(after);
});

test.each([
  {
    name: "exceeded already",
    scene: { documents: [document("ann")], desktops: [live("ann")], budgets: "[{ scope: estate, monthlyUsd: 100 }]" },
    says: [
      "warning spec.budgets.0.monthlyUsd: the budget of the estate is exceeded: $228.75 of $100.00 a month now, at the most hours; $228.75 after this plan",
    ],
  },
  {
    name: "exceeded by this plan",
    scene: {
      documents: [document("ann")],
      budgets: "[{ scope: { person: bob }, monthlyUsd: 1 }, { scope: { person: ann }, monthlyUsd: 100 }]",
    },
    says: [
      "held spec.budgets.1.monthlyUsd: the budget of ann holds back 1 change that costs more: $0.00 of $100.00 a month now, at the most hours; $0.00 after this plan",
    ],
  },
  {
    name: "over what nobody knows",
    scene: { documents: [document("ann", "license: byol")], budgets: "[{ scope: estate, monthlyUsd: 100 }]" },
    says: ["warning spec.budgets.0.monthlyUsd: the budget of the estate cannot count 1 desktop that is not priced"],
  },
  {
    name: "over a region that cannot be read",
    scene: { documents: [document("ann")], budgets: "[{ scope: estate, monthlyUsd: 100 }]", isUnread: true },
    says: ["warning spec.budgets.0.monthlyUsd: the budget of the estate cannot count what is in us-east-1"],
  },
  {
    name: "kept",
    scene: { documents: [document("ann")], budgets: "[{ scope: estate, monthlyUsd: 300 }]" },
    says: [],
  },
])("a budget that is $name is a finding at its line", ({ scene, says }) => {
  const found = planOf(scene).diagnostics.filter(({ code }) => code.startsWith("budget"));
  expect(
    found.map((one) => `${one.severity} ${"path" in one ? String(one.path).replaceAll(",", ".") : ""}: ${one.message}`),
  ).toEqual(says);
});

interface Wish {
  readonly mode: "auto-stop" | "always-on";
  readonly isLarge: boolean;
}

const anyWish = fc.option(fc.record<Wish>({ mode: fc.constantFrom("auto-stop", "always-on"), isLarge: fc.boolean() }));

function wish(index: number, { mode, isLarge }: Wish): string {
  const size = isLarge ? "compute: performance, volumes: { rootGib: 80, userGib: 100 }, " : "";
  return document(`user${index}`, `${size}running: { mode: ${mode} }`);
}

function desktopOf(index: number, { mode, isLarge }: Wish): LiveDesktop {
  return live(`user${index}`, { ...(isLarge ? PERFORMANCE : STANDARD), mode });
}

test("the deltas are the way from what all costs to what it will cost, and a budget holds only what costs more", () => {
  const people = fc.array(fc.record({ is: anyWish, wanted: anyWish }), { maxLength: 6 });
  fc.assert(
    fc.property(people, fc.nat(800), (rows, monthlyUsd) => {
      const desktops = rows.flatMap(({ is }, index) => (is === null ? [] : [desktopOf(index, is)]));
      const asIs = rows.flatMap(({ is }, index) => (is === null ? [] : [wish(index, is)]));
      // Volumes never shrink.
      const documents = rows.flatMap(({ is, wanted }, index) =>
        wanted === null ? [] : [wish(index, { ...wanted, isLarge: wanted.isLarge || is?.isLarge === true })],
      );
      const plan = planOf({ desktops, documents, budgets: `[{ scope: estate, monthlyUsd: ${monthlyUsd} }]` });
      const before = planOf({ desktops, documents: asIs });
      for (const at of ["low", "expected", "high"] as const) {
        const way = (before.cost?.after.monthly[at] ?? 0) + (plan.cost?.change.monthly[at] ?? 0);
        expect(plan.cost?.after.monthly[at] ?? 0).toBe(way);
      }
      for (const { cost, blocked } of plan.changes) {
        if (blocked?.code !== "budget") continue;
        expect(cost?.monthly?.high).toBeGreaterThan(0);
        expect(cost?.monthly?.expected).toBeGreaterThan(0);
      }
    }),
    { numRuns: 60 },
  );
});
