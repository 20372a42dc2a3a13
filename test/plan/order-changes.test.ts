import { expect, test } from "vitest";
import type { Address } from "../../src/estate/resource.ts";
import type { ChangeDraft } from "../../src/plan/change.ts";
import { dependenciesOf } from "../../src/plan/order-changes.ts";

function draft(address: Address, more: Partial<ChangeDraft> = {}): ChangeDraft {
  const [kind = "", name = ""] = address.split("/");
  const words = { fields: [], reason: "", disruption: "none", impact: [], waitsFor: [], source: null } as const;
  return { address, kind, name, action: "update", basis: null, ...words, ...more };
}

const REFERENCES = new Map<Address, readonly Address[]>([["Grant/a", ["Cluster/lab"]]]);

test.each([
  { name: "waits for what it refers to", more: {}, waits: ["Cluster/lab"] },
  { name: "waits for nothing where it takes something away", more: { waitsForNothing: true as const }, waits: [] },
  {
    name: "but for what it names itself",
    more: { waitsForNothing: true as const, dependsOn: ["Cluster/lab" as const] },
    waits: ["Cluster/lab"],
  },
])("a change $name", ({ more, waits }) => {
  const drafts = [draft("Cluster/lab"), draft("Grant/a", more)];
  expect(dependenciesOf(drafts, REFERENCES).get("Grant/a")).toEqual(waits);
});
