import { expect, test } from "vitest";
import type { PolicyVerdict } from "../../../src/github/model.ts";
import { type RecordedVerdict, type ReviewedPlan, trustedRun } from "../../../src/github/reviewed.ts";
import { type Judged, uniteReviewed } from "../../../src/github/reviewed-union.ts";
import type { Change } from "../../../src/plan/change.ts";
import type { Plan } from "../../../src/plan/plan.ts";
import { change } from "../../support/literals.ts";
import { planOf } from "../comment/plans.ts";
import { pull, run } from "./case.ts";

const PLACE = { repository: { owner: "Acme", name: "state" }, workflow: ".github/workflows/plan.yml" };

test.each([
  { name: "none", runs: [], id: null },
  { name: "the latest", runs: [run(1), run(2, { createdAt: new Date("2026-03-02T10:00:00Z") }), run(3)], id: 2 },
  { name: "of one second, the later number", runs: [run(1), run(3), run(2)], id: 3 },
  { name: "no earlier one where the latest failed", runs: [run(1), run(2, { conclusion: "failure" })], id: null },
  {
    name: "no earlier one where the latest was cancelled",
    runs: [run(2, { conclusion: "cancelled" }), run(1)],
    id: null,
  },
  { name: "not one that is under way", runs: [run(1, { conclusion: null })], id: null },
  { name: "not of a workflow with the same end", runs: [run(1, { path: "x/.github/workflows/plan.yml" })], id: null },
  { name: "not of another event", runs: [run(1, { event: "pull_request_target" })], id: null },
  { name: "not of another commit", runs: [run(1, { headSha: "2".repeat(40) })], id: null },
  { name: "not of another branch", runs: [run(1, { headBranch: "shrink" })], id: null },
  { name: "not of another repository", runs: [run(1, { headRepository: "mallory/state" })], id: null },
  { name: "not of a repository that is gone", runs: [run(1, { headRepository: "" })], id: null },
])("which run is trusted: $name", ({ runs, id }) => {
  const trusted = trustedRun(runs, pull(7), PLACE);
  expect("id" in trusted ? trusted.id : null).toBe(id);
});

const ALICE = change("WireGuardPeer/alice", { action: "update" });
const BERT = change("WireGuardPeer/bert", { action: "delete" });
const NOW = planOf([ALICE, BERT]);
const ALL = [ALICE.address, BERT.address];
const DENIED: PolicyVerdict = {
  isAllowed: false,
  answers: [
    { subject: "WireGuardPeer/bert", action: "delete", isAllowed: false, reasons: ["no"], needs: ["an admin"] },
  ],
  brokenGlass: null,
  findings: [],
};

interface Case {
  readonly plan?: Plan;
  readonly verdict?: Partial<RecordedVerdict>;
  readonly reviewed?: ReviewedPlan;
  readonly judged?: Partial<Judged>;
}

function judge(number: number, { plan = NOW, verdict = {}, reviewed, judged = {} }: Case): Judged {
  const recorded: RecordedVerdict = { formatVersion: 1, isShownWhole: true, ours: ALL, answers: [], ...verdict };
  return {
    reviewed: reviewed ?? { pull: pull(number), plan, verdict: recorded },
    policy: null,
    distrust: null,
    reaches: (address) => ALL.some((one) => one === address),
    ...judged,
  };
}

const tampered: Change = { ...BERT, action: "update" };

test.each<{
  readonly name: string;
  readonly cases: readonly Case[];
  readonly may: string[];
  readonly refused: string[];
}>([
  { name: "all that was reviewed", cases: [{}], may: ALL, refused: [] },
  { name: "nothing of nobody", cases: [], may: [], refused: [] },
  {
    name: "not what was there without it",
    cases: [{ verdict: { ours: [ALICE.address] } }],
    may: [ALICE.address],
    refused: [],
  },
  {
    name: "no record, and it holds something back",
    cases: [{ reviewed: { pull: pull(1), refusal: "no plan" } }],
    may: [],
    refused: ["#1 no plan"],
  },
  {
    name: "no record, and there is nothing to hold back",
    cases: [{ reviewed: { pull: pull(1), refusal: "no plan" }, judged: { reaches: () => false } }],
    may: [],
    refused: [],
  },
  {
    name: "no record, and a later one was reviewed for the same",
    cases: [{ reviewed: { pull: pull(1), refusal: "no plan" } }, {}],
    may: ALL,
    refused: [],
  },
  {
    name: "denied by the policy",
    cases: [{ judged: { policy: DENIED } }],
    may: [],
    refused: ["#1 the policy denies WireGuardPeer/bert: no; an admin"],
  },
  { name: "not trusted", cases: [{ judged: { distrust: "it changes x" } }], may: [], refused: ["#1 it changes x"] },
  {
    name: "not shown whole",
    cases: [{ verdict: { isShownWhole: false } }],
    may: [],
    refused: [`#1 not all of its plan could be shown: commit an Acknowledgement with spec.plan: ${NOW.digest}`],
  },
  {
    name: "recorded as another action under the same digest",
    cases: [{ plan: planOf([ALICE, tampered]) }],
    may: [ALICE.address],
    refused: [],
  },
])("what may be done: $name", ({ cases, may, refused }) => {
  const judged = cases.map((one, index) => judge(index + 1, one));
  const united = uniteReviewed(judged, NOW, new Set());
  expect(united.reviewed.changes.map(({ address }) => address)).toEqual(may);
  expect([...united.refusals].map(([number, why]) => `#${number} ${why}`)).toEqual(refused);
});

test("the later pull request speaks last about an address", () => {
  const other = change("WireGuardPeer/alice", { action: "update", reason: "another", fields: [] });
  const { reviewed } = uniteReviewed([judge(1, {}), judge(2, { plan: planOf([other]) })], NOW, new Set());
  expect(reviewed.changes).toEqual([other, BERT]);
});

test("an acknowledged plan is done although it was not shown whole, and its digest opens the valve", () => {
  const judged = [judge(1, { verdict: { isShownWhole: false } }), judge(2, { plan: planOf([]) })];
  const { reviewed, refusals } = uniteReviewed(judged, NOW, new Set([NOW.digest]));
  expect(reviewed).toMatchObject({ digest: NOW.digest, changes: [ALICE, BERT] });
  expect(refusals.size).toBe(0);
});

test("an acknowledged plan does not open the valve for what another plan destroys", () => {
  const [own, other] = [planOf([ALICE]), planOf([BERT])];
  const judged = [
    judge(1, { plan: own, verdict: { ours: [ALICE.address] } }),
    judge(2, { plan: other, verdict: { ours: [BERT.address] } }),
  ];
  const digestWith = (...acknowledged: string[]) => uniteReviewed(judged, NOW, new Set(acknowledged)).reviewed.digest;
  expect(digestWith(own.digest)).toBe(other.digest);
  expect(digestWith(own.digest, other.digest)).toBe(other.digest);
  expect(digestWith(other.digest)).toBe(other.digest);
});
