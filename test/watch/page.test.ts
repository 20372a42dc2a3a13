/** What a page says of itself and of all of a kind. Pure. */
import { expect, test } from "vitest";
import type { Rows } from "../../src/watch/listener/rows.ts";
import type { WatchView } from "../../src/watch/listener/view.ts";
import { applyRow, frame, overviewView } from "../../src/watch/page/views.ts";
import type { Status } from "../../src/watch/status.ts";

const STATUS: Status = {
  estate: "robco",
  source: "the folder desired-state",
  apply: "drift-only",
  lease: "a file on this host",
  startedAt: "2026-03-02T09:00:00.000Z",
  tree: null,
  isApplied: true,
  troubles: [],
  pause: null,
  round: null,
  differences: [],
  nextChangeAt: null,
  rounds: { settled: 0, waits: 0, failed: 0 },
};

function viewOf(isSandbox: boolean): WatchView {
  return {
    isSandbox,
    status: () => STATUS,
    sight: () => null,
    applies: () => [],
    appliances: () => [],
    decide: async () => null,
    now: () => new Date("2027-01-12T07:33:00Z"),
    pause: () => undefined,
    resume: () => undefined,
    wake: () => undefined,
  };
}

test.each([
  { isSandbox: true, sandbox: "2027-01-12 07:33 UTC" },
  { isSandbox: false, sandbox: "" },
])("whose time it is, in the sandbox alone: $sandbox", ({ isSandbox, sandbox }) => {
  const shown = frame(viewOf(isSandbox), "/plan", { canOperate: false, isLoggedIn: false });
  const pages = expect.arrayContaining([{ href: "/plan", label: "Plan", isHere: true }]) as unknown;
  expect(shown).toMatchObject({ sandbox, pages });
});

test("a kind is one row, however its resources stand", () => {
  const row = (name: string, state: string) => {
    const source = { file: "a.yaml", line: 1, column: 1 };
    return { kind: "K", name, address: `K/${name}` as const, state, pending: null, source, details: {} };
  };
  const all = [row("a", "Active"), row("b", "Pending"), row("c", "Active")];
  const rows: Rows = { all, kinds: [{ kind: "K", count: 3 }], endings: [], pools: [] };
  expect(overviewView(viewOf(false), rows)).toMatchObject({
    stands: [{ kind: "K", count: 3, states: "Active ×2, Pending" }],
    apply: "commits are applied elsewhere, drift is looked for here",
  });
});

test("an apply names what it did as far as there is room, and says how much more that was", () => {
  const run = { run: "r", at: "2026-03-02T09:00:00Z", commit: null, done: 4, undone: [], addresses: ["K/a", "K/b"] };
  expect(applyRow(run)).toMatchObject({ names: "K/a, K/b, and 2 more", commit: "none: a folder" });
});
