import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { LineCounter, parseDocument } from "yaml";
import { shippedSchemas } from "../../estate/read-schemas.ts";
import type { Diagnostic } from "../../support/diagnostic.ts";
import { UserError, userError } from "../../support/user-error.ts";
import type { WatchConfig } from "./config.ts";

const SCHEMA = "watch-config.schema.json";

/** The host's own file, checked whole; with no path, the defaults. */
export function readConfig(path: string | undefined): WatchConfig {
  return path === undefined ? validate({}, () => null) : parseConfig(readText(path), path);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw userError("no-config", `cannot read ${path}: ${why}`, "name the daemon's file with --config");
  }
}

export function parseConfig(text: string, path: string): WatchConfig {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, strict: true });
  const place = (offset: number | undefined): Diagnostic["at"] => {
    const { line, col } = counter.linePos(offset ?? 0);
    return { file: path, line, column: col };
  };
  const [broken] = document.errors;
  if (broken !== undefined) throw refusal(broken.message.split("\n")[0] ?? "no YAML", place(broken.pos[0]));
  const at = (pointer: readonly string[]): Diagnostic["at"] => {
    const node: unknown = document.getIn(pointer, true);
    const range = typeof node === "object" && node !== null && "range" in node ? node.range : null;
    return place(Array.isArray(range) ? Number(range[0]) : 0);
  };
  return validate(document.toJS({ maxAliasCount: 0 }) ?? {}, at);
}

function validate(value: unknown, at: (pointer: readonly string[]) => Diagnostic["at"]): WatchConfig {
  const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: false });
  for (const name of ["common.schema.json", SCHEMA]) ajv.addSchema(shippedSchemas().get(name) ?? {});
  const check = ajv.getSchema(`https://reeve.dev/schemas/${SCHEMA}`);
  if (check === undefined) throw new Error(`${SCHEMA} is not shipped`);
  if (check(value) === true) return value as WatchConfig;
  const findings = (check.errors ?? []).map(({ instancePath, message, params }) => {
    const pointer = instancePath.split("/").slice(1);
    const extra = "additionalProperty" in params ? `: ${String(params["additionalProperty"])}` : "";
    return finding(`${pointer.join(".") || "the file"} ${message ?? "is wrong"}${extra}`, at(pointer));
  });
  throw new UserError(findings);
}

function finding(message: string, at: Diagnostic["at"]): Diagnostic {
  return { severity: "error", code: "bad-config", message, at, hint: "docs/watch.md has every setting" };
}

function refusal(message: string, at: Diagnostic["at"]): UserError {
  return new UserError([finding(message, at)]);
}
