/** Looking into JSON whose shape is not known. */
import type { Json } from "../../../support/json.ts";

export type JsonRecord = { readonly [key: string]: Json };

/** What is wrong, in plain words. */
export type Problem = string;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object at a key; an empty one where there is none. */
export function recordAt(record: JsonRecord, key: string): JsonRecord {
  const value = record[key];
  return isRecord(value) ? value : {};
}

/** The list at a key; an empty one where there is none. */
export function listAt(record: JsonRecord, key: string): readonly Json[] {
  const value = record[key];
  return Array.isArray(value) ? value : [];
}

/** The objects of a list; what is none counts as an empty one, which then lacks all it needs. */
export function recordsAt(record: JsonRecord, key: string): readonly JsonRecord[] {
  return listAt(record, key).map((item) => (isRecord(item) ? item : {}));
}

/** The text at a key; "" where there is none. */
export function textAt(record: JsonRecord, key: string): string {
  const value = record[key];
  return typeof value === "string" ? value : "";
}

/** A member that is a text or a list of texts, with its key; what is no text as JSON. */
export function textsOf(record: JsonRecord): readonly { readonly key: string; readonly text: string }[] {
  return Object.entries(record).flatMap(([key, list]) =>
    (Array.isArray(list) ? list : [list]).map((item: Json) => ({ key, text: showJson(item) })),
  );
}

/** A text as it is, all else as JSON. */
export function showJson(value: Json | undefined): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
}

/** A problem where a claim does not hold. */
export function unless(holds: boolean, problem: Problem): readonly Problem[] {
  return holds ? [] : [problem];
}
