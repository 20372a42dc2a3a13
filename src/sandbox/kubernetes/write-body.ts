import { parseDocument } from "yaml";
import type { Json } from "../../support/json.ts";
import { isObject, type JsonObject, textOf } from "./schema.ts";
import { badRequest } from "./status.ts";
import { apiVersionOfTarget, type Target } from "./target.ts";
import { metadataOf } from "./world.ts";

/** A request's body as an object, with what the server would warn of. */
export interface Body {
  readonly value: Json;
  readonly warnings: readonly string[];
}

type Validation = "Strict" | "Warn" | "Ignore";

/** YAML, of which JSON is a part. A key that occurs twice is an error, a warning or nothing. */
export function readYaml(text: string, validation: Validation): Body {
  const plain = readPlainJson(text);
  if (plain !== undefined) return { value: plain, warnings: [] };
  const document = parseDocument(text, { uniqueKeys: false, schema: "core", version: "1.2" });
  if (document.errors.length > 0) {
    const line = document.errors[0]?.linePos?.[0].line ?? 1;
    throw badRequest(
      `error decoding YAML: error converting YAML to JSON: yaml: line ${line}: did not find expected node content`,
    );
  }
  const value = document.toJS() as Json;
  const twice = duplicateKeys(text).map(({ line, key }) => `line ${line}: key "${key}" already set in map`);
  if (twice.length > 0 && validation === "Strict") {
    const lines = twice.map((one) => `\n  ${one}`).join("");
    throw badRequest(`error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:${lines}`);
  }
  return { value, warnings: validation === "Warn" ? twice : [] };
}

/** JSON without white space, which cannot hide a key that occurs twice; anything else is left to the YAML parser. */
function readPlainJson(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

interface Twice {
  readonly line: number;
  readonly key: string;
}

/** Each key that occurs twice in its map. */
function duplicateKeys(text: string): readonly Twice[] {
  return parseDocument(text, { uniqueKeys: true, version: "1.2" }).errors.flatMap((error) => {
    const start = error.linePos?.[0];
    if (error.code !== "DUPLICATE_KEY" || start === undefined) return [];
    const line = text.split("\n")[start.line - 1] ?? "";
    const key = /^["']?([^"':\s]+)/.exec(line.slice(start.col - 1))?.[1] ?? "";
    return [{ line: start.line, key }];
  });
}

export function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw badRequest(`error decoding patch: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The body of a create or an update, which must be of the path's kind and version. */
export function readObject(text: string, target: Target, validation: Validation): ObjectBody {
  const value = readYaml(text, "Ignore").value;
  const wanted = apiVersionOfTarget(target);
  if (!isObject(value)) throw badRequest(`couldn't get version/kind; json parse error: ${typeof value}`);
  const { kind } = target.resource;
  const given = value.kind ?? kind;
  if (given !== kind || (value.apiVersion ?? wanted) !== wanted) {
    throw badRequest(
      `${kind} in version "${target.version}" cannot be handled as a ${kind}: the API version in the data (${textOf(value.apiVersion)}) does not match the expected API version (${wanted})`,
    );
  }
  const isPlain = readPlainJson(text) !== undefined;
  const twice = isPlain ? [] : duplicateKeys(text).map(({ key }) => `duplicate field "${key}"`);
  if (twice.length > 0 && validation === "Strict") {
    throw badRequest(
      `${kind} in version "${target.version}" cannot be handled as a ${kind}: strict decoding error: ${twice.join(", ")}`,
    );
  }
  return { object: { ...value, kind, apiVersion: wanted }, warnings: validation === "Warn" ? twice : [] };
}

interface ObjectBody {
  readonly object: JsonObject;
  readonly warnings: readonly string[];
}

/** The configuration of an apply, which must name itself as the path does. */
export function checkConfig(value: Json, target: Target): JsonObject {
  if (!isObject(value)) throw badRequest("error decoding YAML: not an object");
  if (value.apiVersion !== apiVersionOfTarget(target) || value.kind !== target.resource.kind) {
    const apiVersion = textOf(value.apiVersion);
    throw badRequest(
      `invalid object type: ${apiVersion.includes("/") ? "" : "/"}${apiVersion}, Kind=${textOf(value.kind)}`,
    );
  }
  checkIdentity(value, target);
  if (metadataOf(value).managedFields !== undefined) throw badRequest("metadata.managedFields must be nil");
  return value;
}

export function checkIdentity(value: JsonObject, target: Target): void {
  const { name, namespace } = metadataOf(value);
  const said = textOf(name);
  if (said === "")
    throw badRequest(`the name of the object (${target.name} based on URL) was undeterminable: name must be provided`);
  if (said !== target.name) {
    throw badRequest(`the name of the object (${said}) does not match the name on the URL (${target.name})`);
  }
  checkNamespace(textOf(namespace), target);
}

export function checkNamespace(namespace: string, target: Target): void {
  if (namespace !== "" && namespace !== target.namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
}
