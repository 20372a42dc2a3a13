/** What the server says, held against the schemas that it checks itself by. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { BODY_SCHEMAS, type BodyName } from "../../protocol/body-schemas.ts";

const known = new Map<BodyName, ValidateFunction>();

/** Null for what is no such body. */
export function readBody<T>(name: BodyName, text: string): T | null {
  try {
    const value: unknown = JSON.parse(text);
    return checkFor(name)(value) === true ? (value as T) : null;
  } catch {
    return null;
  }
}

function checkFor(name: BodyName): ValidateFunction {
  const check = known.get(name) ?? compile(name);
  known.set(name, check);
  return check;
}

function compile(name: BodyName): ValidateFunction {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv, ["date-time"]);
  return ajv.compile(BODY_SCHEMAS[name]);
}
