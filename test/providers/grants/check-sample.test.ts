import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { renderCluster } from "../../../src/providers/grants/render/render.ts";
import { check, describeFinding } from "./checked.ts";
import { declare, TEMPLATES } from "./declared.ts";

const STATE = new URL("../../../desired-state/", import.meta.url);

function sample(): Readonly<Record<string, string>> {
  const names = readdirSync(new URL("grants/", STATE)).map((name) => `grants/${name}`);
  return Object.fromEntries(["reeve.yaml", ...names].map((name) => [name, readFileSync(new URL(name, STATE), "utf8")]));
}

test("nothing is wrong with the sample's grants, whatever the day", () => {
  expect(check(sample()).map(describeFinding)).toEqual([]);
});

test("alice is in, bob is suspended and the workshop is to come", () => {
  const { topology } = declare(sample());
  const [lab] = topology.clusters;
  const scene = { topology, templates: TEMPLATES, now: new Date("2027-06-01T12:00:00Z") };
  const objects = lab === undefined ? [] : renderCluster(lab, scene).map(({ object }) => object);
  const count = (namespace: string): number =>
    objects.filter(({ metadata }) => metadata.namespace === namespace).length;
  expect(["alice", "bob", "mallory", "niaj", "niaj-2"].map((slug) => count(`ws-${slug}`))).toEqual([15, 13, 3, 3, 3]);
});
