import { describe, expect, test } from "vitest";
import type { Estate } from "../../../src/estate/estate.ts";
import type { Resource } from "../../../src/estate/resource.ts";
import { offlineDifference } from "../../../src/github/policy/offline-difference.ts";
import { policyChanges } from "../../../src/github/policy/policy-changes.ts";
import { splitPlan, touchedByPull } from "../../../src/github/policy/touched.ts";
import type { Change } from "../../../src/plan/change.ts";
import type { Plan } from "../../../src/plan/plan.ts";
import { describeField } from "../../../src/render/words.ts";
import { change, type EstateLiteral, estate, resource } from "../../support/literals.ts";
import { file } from "./case.ts";

const desk = resource("Workspace/a", { spec: { user: "alice", blueprint: "dev" }, labels: { team: "x" } });
const blueprint = resource("WorkspaceBlueprint/dev", { spec: { compute: "power", securityPolicy: "locked" } });
const locked = resource("WorkspaceSecurityPolicy/locked", { spec: { template: { admx: "./policies/wsp.admx" } } });
const peer = resource("WireGuardPeer/p", { spec: { hubs: ["hub-eu"] } });
const ALL = [desk, blueprint, locked, peer];
const references = {
  "Workspace/a": ["WorkspaceBlueprint/dev"],
  "WorkspaceBlueprint/dev": ["WorkspaceSecurityPolicy/locked"],
} as const;

function side(resources: readonly Resource[] = ALL, over: EstateLiteral = {}): Estate {
  return estate({ resources, references, ...over });
}

function plan(changes: readonly Change[]): Plan {
  const summary = { create: 0, update: 0, replace: 0, delete: 0, adopt: 0, other: 0, unchanged: 0, foreign: 0 };
  const none = { foreign: [], ignored: [], diagnostics: [], blockers: [] };
  return {
    formatVersion: 1,
    estate: "robco",
    commit: null,
    digest: "d",
    summary,
    changes,
    ...none,
    nextChangeAt: null,
  };
}

const elsewhere = { file: "desired-state/b.yaml", line: 1, column: 1 };

describe.each([
  { name: "nothing", head: side(), documents: [], how: [], ours: [] },
  {
    name: "another line of the same file is no change",
    head: side([{ ...desk, source: { ...desk.source, line: 9 } }, blueprint, locked, peer]),
    documents: [],
    how: [],
    ours: [],
  },
  {
    name: "a spec",
    head: side([{ ...desk, spec: { user: "alice", blueprint: "other" } }, blueprint, locked, peer]),
    documents: ["Workspace/a document"],
    how: ["Workspace/a changed: spec.blueprint: dev -> other"],
    ours: ["Workspace/a"],
  },
  {
    name: "a label",
    head: side([{ ...desk, labels: { team: "y" } }, blueprint, locked, peer]),
    documents: ["Workspace/a document"],
    how: ["Workspace/a changed: labels.team: x -> y"],
    ours: ["Workspace/a"],
  },
  {
    name: "an annotation",
    head: side([{ ...desk, annotations: { "reeve.dev/owner": "alice" } }, blueprint, locked, peer]),
    documents: ["Workspace/a document"],
    how: ['Workspace/a changed: annotations["reeve.dev/owner"]: (none) -> alice'],
    ours: ["Workspace/a"],
  },
  {
    name: "another file",
    head: side([{ ...desk, source: elsewhere }, blueprint, locked, peer]),
    documents: ["Workspace/a document"],
    how: ["Workspace/a moved: from desired-state/a.yaml"],
    ours: ["Workspace/a"],
  },
  {
    name: "removed",
    head: side([desk, blueprint, locked]),
    documents: ["WireGuardPeer/p delete"],
    how: ['WireGuardPeer/p removed: spec.hubs: ["hub-eu"] -> (none)'],
    ours: ["WireGuardPeer/p"],
  },
  {
    name: "added",
    head: side([...ALL, resource("Workspace/b", { spec: { user: "bob", volumes: { rootGib: 80, tags: {} } } })]),
    documents: ["Workspace/b create"],
    how: [
      "Workspace/b added: spec.user: (none) -> bob; spec.volumes.rootGib: (none) -> 80; spec.volumes.tags: (none) -> {}",
    ],
    ours: [],
  },
  {
    name: "what others refer to brings them along, through others too",
    head: side([desk, blueprint, { ...locked, spec: { clipboard: "disabled" } }, peer]),
    documents: ["WorkspaceSecurityPolicy/locked document"],
    how: [
      "WorkspaceSecurityPolicy/locked changed: spec.clipboard: (none) -> disabled; spec.template.admx: ./policies/wsp.admx -> (none)",
    ],
    ours: ["Workspace/a", "WorkspaceBlueprint/dev", "WorkspaceSecurityPolicy/locked"],
  },
  {
    name: "an acknowledgement",
    head: side(ALL, { acknowledged: ["sha256:1"] }),
    documents: ["Acknowledgement/sha256:1 create"],
    how: ["Acknowledgement/sha256:1 added: spec.plan: (none) -> sha256:1"],
    ours: [],
  },
])("$name", ({ head, documents, how, ours }) => {
  const sides = { base: side(), head };
  const touched = touchedByPull(sides, []);
  const changes = ALL.map((one) => change(one.address));

  test("is what the rules are asked about", () => {
    const asked = policyChanges(touched.documents, [], sides);
    expect(asked.map((one) => `${one.address} ${one.action}`)).toEqual(documents);
  });

  test("is what strangers are told", () => {
    const told = offlineDifference(sides).map(({ address, how: what, fields, movedFrom }) => {
      const lines = movedFrom === null ? fields.map(describeField) : [`from ${movedFrom}`];
      return `${address} ${what}: ${lines.join("; ")}`;
    });
    expect(told).toEqual(how);
  });

  test("tells the pull request's changes from drift", () => {
    const split = splitPlan(plan(changes), touched);
    expect(split.ours.map((one) => one.address)).toEqual(ours.toSorted((a, b) => order(a) - order(b)));
    expect([...split.ours, ...split.drift]).toHaveLength(changes.length);
  });
});

function order(address: string): number {
  return ALL.findIndex((one) => one.address === address);
}

test.each([
  { name: "a file that a document names", files: [file("desired-state/policies/wsp.admx")], isOurs: true },
  {
    name: "a file that is renamed away from its name",
    files: [file("x", { status: "renamed", previousPath: "policies/wsp.admx" })],
    isOurs: true,
  },
  { name: "another file", files: [file("desired-state/policies/wsp.adml")], isOurs: false },
])("$name: the change is the pull request's: $isOurs", ({ files, isOurs }) => {
  const touched = touchedByPull({ base: side(), head: side() }, files);
  expect(splitPlan(plan([change("WorkspaceSecurityPolicy/locked")]), touched).ours).toHaveLength(isOurs ? 1 : 0);
});

test("other settings of the providers make every change the pull request's, and the estate's document touched", () => {
  const withSettings = (perSecond: number): Estate => {
    const limiter = { perSecond, burst: 5 };
    const workspaces = {
      accountId: "123456789012",
      regions: [],
      prices: [],
      limiter,
      provisioningObjective: "30m",
      hoursPerMonth: { low: 0, expected: 80, high: 730 },
    };
    const settings = { ...side().settings, providers: { workspaces } };
    return { ...side(), settings, document: resource("Estate/robco", { spec: settings }) };
  };
  const sides = { base: withSettings(2), head: withSettings(1) };
  const touched = touchedByPull(sides, []);
  expect(splitPlan(plan([change("WireGuardPeer/p")]), touched).ours).toHaveLength(1);
  expect(policyChanges(touched.documents, [], sides).map((one) => `${one.address} ${one.action}`)).toEqual([
    "Estate/robco document",
  ]);
});

test("what a label no longer selects is the pull request's that takes the label off", () => {
  const picker = resource("WireGuardPeer/all", { spec: { hubs: { matchLabels: { region: "eu" } } } });
  const hub = resource("WireGuardHub/h", { labels: { region: "eu" } });
  const base = estate({ resources: [hub, picker], references: { "WireGuardPeer/all": ["WireGuardHub/h"] } });
  const head = estate({ resources: [{ ...hub, labels: {} }, picker] });
  const ours = splitPlan(plan([change("WireGuardPeer/all")]), touchedByPull({ base, head }, [])).ours;
  expect(ours.map((one) => one.address)).toEqual(["WireGuardPeer/all"]);
});

test("a touched document is judged by what the plan does to it, and by what becomes of the document", () => {
  const head = side([resource("Workspace/b"), { ...desk, spec: {} }, blueprint, locked]);
  const sides = { base: side(), head };
  const planned = [
    change("Workspace/a", { action: "replace" }),
    change("Workspace/b", { action: "adopt" }),
    change("WireGuardPeer/p", { action: "stop" }),
    change("WorkspaceBlueprint/dev", { action: "update" }),
  ];
  const asked = policyChanges(touchedByPull(sides, []).documents, planned, sides);
  expect(asked.map((one) => [one.address, one.action, one.before !== null, one.after !== null].join(" "))).toEqual([
    "WireGuardPeer/p delete true false",
    "WireGuardPeer/p stop true false",
    "Workspace/a replace true true",
    "Workspace/b create false true",
    "Workspace/b adopt false true",
    "WorkspaceBlueprint/dev update true true",
  ]);
  expect(asked.map((one) => one.digest)).toContain(planned[0]?.digest);
});

test("what a schema marks as sensitive is masked, at whatever depth it comes and goes", () => {
  const table = [{ kind: "Secret", sensitive: ["spec.key", "spec.users.*.pin", "spec.deep.token"] }];
  const secret = (spec: unknown): Estate =>
    estate({ resources: spec === null ? [] : [resource("Secret/s", { spec })] });
  const told = (before: unknown, after: unknown): readonly string[] =>
    offlineDifference({ base: secret(before), head: secret(after) }, table).flatMap(({ fields }) =>
      fields.map((one) => `${one.path} ${JSON.stringify([one.before, one.after])} ${one.sensitive === true}`),
    );
  expect(told({ key: "one", open: 1 }, { key: "two", open: 2 })).toEqual([
    'spec.key ["*** (before)","*** (after)"] true',
    "spec.open [1,2] false",
  ]);
  expect(told(null, { deep: { token: "t", open: 1 }, users: [{ pin: 1 }] })).toEqual([
    "spec.deep.open [null,1] false",
    'spec.deep.token [null,"*** (after)"] true',
    'spec.users [null,"*** (after)"] true',
  ]);
  expect(told({ deep: { token: "t" }, key: { part: 1 } }, { deep: "t" })).toEqual([
    'spec.deep ["*** (before)","*** (after)"] true',
    'spec.key.part ["*** (before)",null] true',
  ]);
});
