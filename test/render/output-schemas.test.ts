import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { loadEstate } from "../../src/estate/load-estate.ts";
import { shippedSchemas } from "../../src/estate/read-schemas.ts";
import { KIND_TABLE } from "../../src/generated/kind-table.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { microUsd } from "../../src/support/money.ts";

const OUTPUTS = ["plan.schema.json", "validation.schema.json"] as const;

function validator(file: (typeof OUTPUTS)[number]) {
  const schemas = shippedSchemas();
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
  ajv.addSchema(schemas.get("output.schema.json") ?? {});
  return ajv.compile(schemas.get(file) ?? {});
}

const RANGE = { low: microUsd(9_750_000), expected: microUsd(33_750_000), high: microUsd(228_750_000) };
const TOTAL = { monthly: RANGE, yearly: RANGE, notPriced: 1 };
const DIGEST = `sha256:${"0f".repeat(32)}`;
const PLACE = { file: "desired-state/a.yaml", line: 3, column: 1 };

/** One of everything that a plan can hold: the compiler checks it against the type, the test against the schema. */
const PLAN = {
  formatVersion: 1,
  estate: "robco",
  commit: null,
  digest: DIGEST,
  summary: { create: 1, update: 0, replace: 0, delete: 0, adopt: 0, other: 0, unchanged: 2, foreign: 1 },
  changes: [
    {
      address: "WireGuardPeer/a",
      kind: "WireGuardPeer",
      name: "a",
      provider: "wireguard",
      action: "create",
      fields: [
        { path: "spec.addresses", before: null, after: ["10.8.0.2"] },
        { path: "spec.presharedKeyFrom", before: "*** (before)", after: "*** (after)", sensitive: true },
      ],
      reason: "declared, not on the hub",
      disruption: "none",
      impact: ["a can dial hub-eu"],
      waitsFor: [],
      dependsOn: ["WireGuardHub/hub-eu"],
      source: PLACE,
      digest: DIGEST,
      blocked: { code: "address-conflict", message: "taken", next: "choose another" },
      cost: { before: null, after: RANGE, monthly: RANGE, yearly: RANGE, notPriced: null, notes: ["n"] },
    },
    {
      address: "Workspace/a",
      kind: "Workspace",
      name: "a",
      provider: "workspaces",
      action: "delete",
      fields: [],
      reason: "its document is gone",
      disruption: "destroys",
      impact: [],
      waitsFor: [],
      dependsOn: [],
      source: null,
      digest: DIGEST,
      cost: { before: "not-priced", after: null, monthly: null, yearly: null, notPriced: "why", notes: [] },
    },
  ],
  foreign: [{ kind: "WireGuardPeer", what: "hub-eu: peer x", suggestedName: "peer-x", where: "hub-eu" }],
  ignored: [{ address: "WireGuardHub/hub-eu", path: "mtu", why: "left alone" }],
  diagnostics: [{ severity: "warning", code: "c", message: "m", hint: "h", address: "WireGuardPeer/a", at: PLACE }],
  blockers: [{ code: "mass-change", message: "m", next: "n" }],
  nextChangeAt: "2027-01-01T00:00:00.000Z",
  cost: { currency: "USD", change: TOTAL, after: TOTAL, notes: ["prices are of 2026-05-01"] },
} as const satisfies Plan;

test("a plan is what its schema says", () => {
  const validate = validator("plan.schema.json");
  validate(PLAN);
  expect(validate.errors).toBeNull();
});

test.each([
  { name: "a field too many", plan: { ...PLAN, time: "now" } },
  { name: "a field too few", plan: { ...PLAN, digest: undefined } },
  { name: "another format", plan: { ...PLAN, formatVersion: 2 } },
  {
    name: "half a micro-dollar",
    plan: { ...PLAN, cost: { ...PLAN.cost, after: { ...TOTAL, monthly: { ...RANGE, low: 0.5 } } } },
  },
  { name: "an unknown action", plan: { ...PLAN, changes: [{ ...PLAN.changes[0], action: "explode" }] } },
])("the plan's schema refuses $name", ({ plan }) => {
  expect(validator("plan.schema.json")(plan)).toBe(false);
});

test("what loading says fits the schema of `reeve validate --format json`", async () => {
  const loaded = await loadEstate({ stateDir: "/nonexistent/desired-state", cacheDir: null });
  const validate = validator("validation.schema.json");
  const { counts, diagnostics, estate } = loaded;
  validate({ formatVersion: 1, valid: false, estate: estate?.name ?? null, resources: counts, diagnostics });
  expect(validate.errors).toBeNull();
  expect(diagnostics.length).toBeGreaterThan(0);
});

test("schemas of outputs are no kinds", () => {
  const files: readonly string[] = KIND_TABLE.map((row) => row.schema);
  for (const output of OUTPUTS) expect(files).not.toContain(output);
});
