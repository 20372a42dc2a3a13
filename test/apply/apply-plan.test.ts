import { expect, test } from "vitest";
import { type Application, applyPlan, isComplete } from "../../src/apply/apply-plan.ts";
import type { Lane } from "../../src/apply/run-changes.ts";
import { assemblePlan } from "../../src/plan/assemble-plan.ts";
import type { Change } from "../../src/plan/change.ts";
import type { Outcome } from "../../src/plan/outcome.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { Session } from "../../src/providers/provider.ts";
import type { AnyProvider } from "../../src/providers/survey.ts";
import { directCalls } from "../../src/support/calls.ts";
import { digestOf } from "../../src/support/digest.ts";
import { change, estate, resource } from "../support/literals.ts";

const EMPTY = assemblePlan({ estate: estate(), commit: null, parts: [], diagnostics: [] });

function planOf(changes: readonly Change[], over: Partial<Plan> = {}): Plan {
  return { ...EMPTY, changes, digest: digestOf(changes.map((one) => one.digest)), ...over };
}

function session(signal = new AbortController().signal): Session {
  return {
    estate: "robco",
    root: ".",
    clock: { now: () => new Date(0), sleep: async () => {} },
    calls: directCalls,
    progress: { step: () => {} },
    signal,
    environment: {},
  };
}

/** A provider whose apply answers by a table; `batches` collects what it was given. */
function lane(name: string, answers: Readonly<Record<string, Outcome["status"]>>, batches: string[][]): Lane {
  const provider: AnyProvider = {
    name,
    kinds: [],
    check: () => [],
    openReader: () => null,
    openWriter: () => null,
    observe: async () => null,
    compare: () => {
      throw new Error("apply never compares");
    },
    async *apply({ changes }) {
      batches.push(changes.map((one) => one.address));
      for (const { address } of changes) {
        const status = answers[address] ?? "done";
        yield status === "failed"
          ? { status, address, message: "no", failure: "denied", next: "n" }
          : status === "done"
            ? { status, address, message: "ok" }
            : { status, address, message: "no", next: "n" };
      }
    },
  };
  const desired = { estate: estate(), resources: [] };
  const comparison = {
    changes: [],
    foreign: [],
    ignored: [],
    findings: [],
    unread: [],
    nextChangeAt: null,
    standings: [],
    managed: {},
  };
  return { provider, survey: { provider: name, desired, observation: null, comparison } };
}

async function run(application: Partial<Application> & Pick<Application, "now">) {
  const report = await applyPlan({
    reviewed: application.now,
    lanes: [lane("p", {}, [])],
    session: session(),
    record: async () => {},
    ...application,
  });
  return { report, shown: report.outcomes.map(({ address, status }) => `${address} ${status}`) };
}

test("what was reviewed is carried out", async () => {
  const { report, shown } = await run({ now: planOf([change("A/a"), change("A/b")]) });
  expect(shown).toEqual(["A/a done", "A/b done"]);
  expect(isComplete(report)).toBe(true);
});

test("what differs, is new or waits for either is held with the reason; what is gone is done", async () => {
  const moved = { fields: [{ path: "size", before: 1, after: 3 }] };
  const now = planOf([change("A/a"), change("A/b", moved), change("A/c", { dependsOn: ["A/b"] }), change("A/new")]);
  const reviewed = planOf([change("A/a"), change("A/b"), change("A/c"), change("A/gone")]);
  const { report, shown } = await run({ now, reviewed });
  expect(shown).toEqual(["A/a done", "A/b held", "A/c held", "A/new held", "A/gone done"]);
  expect(report.outcomes.map((outcome) => outcome.message)).toEqual([
    "ok",
    "is no longer what was reviewed: size differ",
    "waits for A/b, which is held",
    "was not in the reviewed plan",
    "already as reviewed; nothing left to do",
  ]);
  expect(isComplete(report)).toBe(false);
});

test("what could not be read is not called done", async () => {
  const made = lane("p", {}, []);
  const desired = {
    estate: estate({
      resources: [resource("P/a"), resource("P/b")],
      references: { "P/a": ["H/far"], "P/b": ["H/near"] },
    }),
    resources: [],
  };
  const comparison = { ...made.survey.comparison, unread: ["H/far" as const] };
  const lanes = [{ ...made, survey: { ...made.survey, desired, comparison } }];
  const reviewed = planOf([change("P/a"), change("P/b"), change("P/undeclared")]);
  const { shown } = await run({ now: planOf([]), reviewed, lanes });
  expect(shown).toEqual(["P/a held", "P/b done", "P/undeclared held"]);
});

test("what --only leaves out of a reviewed plan is not reported as done", async () => {
  const reviewed = planOf([change("A/a"), change("A/b")]);
  const { shown } = await run({ now: planOf([change("A/a")]), reviewed, selects: (address) => address === "A/a" });
  expect(shown).toEqual(["A/a done"]);
});

test("a blocked change is held even when its plan was reviewed", async () => {
  const blocked = change("A/a", { blocked: { code: "c", message: "needs consent", next: "annotate" } });
  expect((await run({ now: planOf([blocked]) })).shown).toEqual(["A/a held"]);
});

test("a blocker stops everything before the first write", async () => {
  const batches: string[][] = [];
  const blockers = [{ code: "mass-change", message: "m", next: "n" }] as const;
  const { report } = await run({ now: planOf([change("A/a")], { blockers }), lanes: [lane("p", {}, batches)] });
  expect([report.outcomes, batches, report.blockers]).toEqual([[], [], blockers]);
});

test("a failure skips what depends on it across providers; everything else goes on", async () => {
  const [p, q]: [string[][], string[][]] = [[], []];
  const now = planOf([
    change("A/a"),
    change("A/z"),
    change("B/b", { provider: "q", dependsOn: ["A/a"] }),
    change("B/c", { provider: "q", dependsOn: ["A/z"] }),
    change("A/d", { dependsOn: ["B/b"] }),
  ]);
  const lanes = [lane("p", { "A/a": "failed" }, p), lane("q", {}, q)];
  const { shown } = await run({ now, lanes });
  expect(shown).toEqual(["A/a failed", "A/z done", "B/b skipped", "B/c done", "A/d skipped"]);
  expect([p, q]).toEqual([[["A/a", "A/z"]], [["B/c"]]]);
});

test("a provider gets at one go whatever waits for no other provider, in dependency order", async () => {
  const batches: string[][] = [];
  const now = planOf([change("H/h"), change("P/a", { dependsOn: ["H/h"] }), change("P/b", { dependsOn: ["P/a"] })]);
  await run({ now, lanes: [lane("p", {}, batches)] });
  expect(batches).toEqual([["H/h", "P/a", "P/b"]]);
});

test("what is left of an acknowledged mass change needs no second acknowledgement, and nothing else passes with it", async () => {
  const gone = ["A/a", "A/b", "A/c", "A/d"].map((address) =>
    change(address as `${string}/${string}`, { action: "delete" }),
  );
  const reviewed = planOf(gone);
  const blockers = [{ code: "mass-change", message: "m", next: "n" }] as const;
  const rest = planOf(gone.slice(1), { blockers });
  const more = planOf([...gone.slice(1), change("A/e", { action: "delete" })], { blockers });
  const lanes = [lane("p", {}, [])].map((one) => ({
    ...one,
    survey: { ...one.survey, desired: { ...one.survey.desired, estate: estate({ acknowledged: [reviewed.digest] }) } },
  }));
  expect((await run({ now: rest, reviewed, lanes })).shown).toEqual(["A/b done", "A/c done", "A/d done", "A/a done"]);
  expect((await run({ now: more, reviewed, lanes })).report.blockers).toHaveLength(1);
  expect((await run({ now: rest, reviewed })).report.blockers).toHaveLength(1);
});

test("after Ctrl-C nothing new begins", async () => {
  const stopped = new AbortController();
  stopped.abort(new Error("interrupted"));
  const batches: string[][] = [];
  const { shown } = await run({
    now: planOf([change("A/a")]),
    lanes: [lane("p", {}, batches)],
    session: session(stopped.signal),
  });
  expect([shown, batches]).toEqual([["A/a skipped"], []]);
});

test("the journal has an intent before each batch and an outcome for each change", async () => {
  const events: string[] = [];
  await run({
    now: planOf([change("A/a"), change("A/b")]),
    record: async (event) => {
      events.push(event.event === "intent" ? `intent ${event.changes.length}` : `outcome ${event.outcome.address}`);
    },
  });
  expect(events).toEqual(["intent 2", "outcome A/a", "outcome A/b"]);
});
