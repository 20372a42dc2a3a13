import fc from "fast-check";
import { expect, test } from "vitest";
import { isObject, listIn, objectOf, textOf } from "../../../src/sandbox/kubernetes/schema.ts";
import { metadataOf } from "../../../src/sandbox/kubernetes/world.ts";
import { APPLY, type Direct, directly, MERGE } from "./direct.ts";

/** Who owns which key of a ConfigMap, in two dozen lines: what server-side apply must come to. */
interface Model {
  readonly data: Map<string, string>;
  readonly owners: Map<string, Set<string>>;
}

type Values = Readonly<Record<string, string>>;

type Step =
  | { readonly does: "apply"; readonly who: string; readonly data: Values; readonly force: boolean }
  | { readonly does: "update"; readonly who: string; readonly data: Readonly<Record<string, string | null>> };

function own(model: Model, key: string, owner: string, value: string): void {
  const isChanged = model.data.get(key) !== value;
  model.owners.set(key, isChanged ? new Set([owner]) : new Set([...(model.owners.get(key) ?? []), owner]));
  model.data.set(key, value);
}

function drop(model: Model, key: string): void {
  model.data.delete(key);
  model.owners.delete(key);
}

/** False: refused, for a key whose value would change and that somebody else owns. */
function applyTo(model: Model, who: string, data: Values, force: boolean): boolean {
  const me = `${who}/Apply`;
  const taken = Object.entries(data).filter(
    ([key, value]) => model.data.get(key) !== value && [...(model.owners.get(key) ?? [])].some((owner) => owner !== me),
  );
  if (taken.length > 0 && !force) return false;
  for (const [key, value] of Object.entries(data)) own(model, key, me, value);
  for (const [key, owners] of model.owners) {
    if (!(key in data) && owners.delete(me) && owners.size === 0) drop(model, key);
  }
  return true;
}

function updateIn(model: Model, who: string, data: Readonly<Record<string, string | null>>): void {
  for (const [key, value] of Object.entries(data)) {
    if (value === null) drop(model, key);
    else if (model.data.get(key) !== value) own(model, key, `${who}/Update`, value);
  }
}

const PATH = "/api/v1/namespaces/n/configmaps/c";

function configMap(data: Values): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, data };
}

function start(): { readonly model: Model; readonly direct: Direct } {
  const direct = directly();
  const model: Model = { data: new Map(), owners: new Map() };
  applyTo(model, "base", { base: "1" }, false);
  direct.send("PATCH", `${PATH}?fieldManager=base`, configMap({ base: "1" }), APPLY);
  return { model, direct };
}

function take(step: Step, { model, direct }: ReturnType<typeof start>): number {
  if (step.does === "update") {
    updateIn(model, step.who, step.data);
    return direct.send("PATCH", `${PATH}?fieldManager=${step.who}`, { data: step.data }, MERGE).status;
  }
  const isDone = applyTo(model, step.who, step.data, step.force);
  const { status } = direct.send(
    "PATCH",
    `${PATH}?fieldManager=${step.who}&force=${step.force}`,
    configMap(step.data),
    APPLY,
  );
  expect(status, JSON.stringify(step)).toBe(isDone ? 200 : 409);
  return status;
}

function ownersIn(direct: Direct): Readonly<Record<string, readonly string[]>> {
  const owners: Record<string, string[]> = {};
  for (const entry of listIn(metadataOf(direct.send("GET", PATH).body).managedFields).filter(isObject)) {
    const fields = Object.keys(objectOf(objectOf(entry.fieldsV1)["f:data"])).filter((field) => field !== ".");
    for (const field of fields)
      (owners[field.slice(2)] ??= []).push(`${textOf(entry.manager)}/${textOf(entry.operation)}`);
  }
  return Object.fromEntries(Object.entries(owners).map(([key, names]) => [key, names.toSorted()]));
}

const who = fc.constantFrom("alice", "bob", "eve");
const key = fc.constantFrom("a", "b", "c", "d");
const value = fc.constantFrom("1", "2", "3");
const data = fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant("apply" as const), who, data, force: fc.boolean() }),
  fc.record({
    does: fc.constant("update" as const),
    who,
    data: fc.dictionary(key, fc.option(value, { nil: null }), { maxKeys: 3, noNullPrototype: true }),
  }),
);

test("after any writes by three managers, values and owners are those of the model", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const both = start();
      for (const one of steps) take(one, both);
      const { body } = both.direct.send("GET", PATH);
      expect(objectOf(body.data)).toEqual(Object.fromEntries(both.model.data));
      const owners = [...both.model.owners].map(([name, names]) => [name, [...names].toSorted()] as const);
      expect(ownersIn(both.direct)).toEqual(Object.fromEntries(owners));
    }),
    { numRuns: 300 },
  );
});

test("what has just been applied is applied again without a trace, and tried without one", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), who, data, (steps, applier, wanted) => {
      const both = start();
      for (const one of steps) take(one, both);
      const apply = (more: string) =>
        both.direct.send("PATCH", `${PATH}?fieldManager=${applier}&force=true${more}`, configMap(wanted), APPLY).body;
      const before = both.direct.send("GET", PATH).body;
      const predicted = apply("&dryRun=All");
      expect(both.direct.send("GET", PATH).body).toEqual(before);
      const applied = apply("");
      expect(objectOf(predicted.data)).toEqual(objectOf(applied.data));
      const { revision } = both.direct.world;
      expect(apply("")).toEqual(applied);
      expect(both.direct.world.revision).toBe(revision);
    }),
    { numRuns: 200 },
  );
});
