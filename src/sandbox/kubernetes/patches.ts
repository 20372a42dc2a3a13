import { canonicalJson, type Json } from "../../support/json.ts";
import { schemaAt } from "./ownership/field-set.ts";
import { stepOfItem } from "./ownership/typed.ts";
import { isList, isObject, type JsonObject, type ListOf, type Schema, textOf } from "./schema.ts";
import { badRequest, StatusError } from "./status.ts";

/** RFC 7386: null removes, objects merge, everything else replaces. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged: Record<string, Json> = { ...(isObject(target) ? target : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key] ?? null, value);
  }
  return merged;
}

/** The server's own merge: lists with keys merge by them, new items first. */
export function strategicMerge(schema: Schema | undefined, target: Json, patch: Json): Json {
  if (isList(patch) && schema?.is === "list" && isList(target)) return mergeLists(schema, target, patch);
  if (!isObject(patch)) return patch;
  const { $patch: directive, $retainKeys: _retain, ...fields } = patch;
  if (directive === "replace") return fields;
  const merged: Record<string, Json> = { ...(isObject(target) ? target : {}) };
  for (const [key, value] of Object.entries(fields)) {
    if (key.startsWith("$")) continue;
    if (value === null) delete merged[key];
    else merged[key] = strategicMerge(schemaAt(schema, `f:${key}`), merged[key] ?? null, value);
  }
  return merged;
}

function mergeLists(schema: ListOf, target: readonly Json[], patch: readonly Json[]): Json {
  if (schema.merge === "atomic") return patch;
  const replaces = patch.some((item) => isObject(item) && item.$patch === "replace");
  if (replaces) return patch.filter((item) => !isObject(item) || item.$patch === undefined);
  const stepOf = (item: Json): string => stepOfItem(schema, item);
  const patches = new Map(patch.map((item) => [stepOf(item), item]));
  const known = new Set(target.map(stepOf));
  const kept = target.flatMap((item) => {
    const change = patches.get(stepOf(item));
    if (change === undefined) return [item];
    return isObject(change) && change.$patch === "delete" ? [] : [strategicMerge(schema.of, item, change)];
  });
  const added = patch.filter((item) => !known.has(stepOf(item)) && !(isObject(item) && item.$patch === "delete"));
  return [...added, ...kept];
}

function unprocessable(): StatusError {
  const message = "the server rejected our request due to an error in our request";
  return new StatusError({ code: 422, reason: "Invalid", message, details: {} });
}

/** RFC 6902. A test that fails, or a path that leads nowhere, is 422. */
export function jsonPatch(target: JsonObject, patch: Json): JsonObject {
  if (!isList(patch)) throw badRequest("json: cannot unmarshal object into Go value of type jsonpatch.Patch");
  const patched = patch.reduce<Json>((value, operation) => applyOperation(value, operation), target);
  if (!isObject(patched)) throw unprocessable();
  return patched;
}

function stepsOfPointer(pointer: Json | undefined): readonly string[] {
  if (typeof pointer !== "string" || (pointer !== "" && !pointer.startsWith("/"))) throw unprocessable();
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function applyOperation(target: Json, operation: Json): Json {
  if (!isObject(operation)) throw unprocessable();
  const path = stepsOfPointer(operation.path);
  switch (textOf(operation.op)) {
    case "test":
      if (canonicalJson(valueAt(target, path) ?? null) !== canonicalJson(operation.value ?? null))
        throw unprocessable();
      return target;
    case "add":
      return edited(target, path, { op: "add", value: operation.value ?? null });
    case "replace":
      return edited(target, path, { op: "replace", value: operation.value ?? null });
    case "remove":
      return edited(target, path, { op: "remove" });
    case "copy":
    case "move":
      return moved(target, operation, path);
    default:
      throw unprocessable();
  }
}

function moved(target: Json, operation: JsonObject, path: readonly string[]): Json {
  const from = stepsOfPointer(operation.from);
  const value = valueAt(target, from);
  if (value === undefined) throw unprocessable();
  const left = operation.op === "move" ? edited(target, from, { op: "remove" }) : target;
  return edited(left, path, { op: "add", value });
}

function valueAt(target: Json, path: readonly string[]): Json | undefined {
  let value: Json | undefined = target;
  for (const step of path) {
    if (isObject(value)) value = value[step];
    else value = isList(value) ? value[Number(step)] : undefined;
  }
  return value;
}

type Edit = { readonly op: "add" | "replace"; readonly value: Json } | { readonly op: "remove" };

function edited(target: Json, path: readonly string[], edit: Edit): Json {
  const [step, ...rest] = path;
  if (step === undefined) return edit.op === "remove" ? null : edit.value;
  if (isList(target)) return editedList(target, { step, rest }, edit);
  if (!isObject(target)) throw unprocessable();
  const current = target[step];
  if (rest.length > 0) {
    if (current === undefined) throw unprocessable();
    return { ...target, [step]: edited(current, rest, edit) };
  }
  if (edit.op !== "add" && current === undefined) throw unprocessable();
  if (edit.op !== "remove") return { ...target, [step]: edit.value };
  return Object.fromEntries(Object.entries(target).filter(([key]) => key !== step));
}

interface Place {
  readonly step: string;
  readonly rest: readonly string[];
}

function editedList(target: readonly Json[], { step, rest }: Place, edit: Edit): Json {
  const index = step === "-" ? target.length : Number(step);
  const current = target[index];
  const isEnd = index === target.length && edit.op === "add" && rest.length === 0;
  if (!Number.isInteger(index) || (current === undefined && !isEnd)) throw unprocessable();
  if (rest.length > 0) return target.with(index, edited(current ?? null, rest, edit));
  if (edit.op === "add") return target.toSpliced(index, 0, edit.value);
  return edit.op === "remove" ? target.toSpliced(index, 1) : target.with(index, edit.value);
}
