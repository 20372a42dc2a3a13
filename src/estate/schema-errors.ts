/** From the validator's errors to findings in plain words. Pure; the schemas are asked for only when there is an error. */
import type { ErrorObject } from "ajv";
import { suggest } from "../support/did-you-mean.ts";
import { showText } from "./hostile-text.ts";
import type { Path } from "./resource.ts";
import { mendAlternatives } from "./schema-alternatives.ts";
import { asText, fieldsOf, type SchemaNode, type SchemaSet, schemaAt } from "./schema-tree.ts";
import {
  choiceWords,
  describePath,
  exampleHint,
  patternWords,
  showValue,
  typeHint,
  typeWords,
  type Words,
} from "./schema-words.ts";
import { unknownSecretHint } from "./secret-names.ts";

/** A finding about one document, by the path of the value. */
export interface SchemaFinding extends Words {
  readonly path: Path;
  readonly atKey?: true;
}

/** One error of the validator and what it is about. */
interface Fault {
  readonly error: ErrorObject;
  readonly path: Path;
  readonly value: unknown;
  readonly node: SchemaNode | null;
  readonly schemas: SchemaSet;
}

export interface SchemaQuestion {
  readonly document: unknown;
  /** File name of the kind's schema. */
  readonly file: string;
  readonly schemas: SchemaSet;
}

/** What the validator found, in plain words; one finding a fault. */
export function explainErrors(errors: readonly ErrorObject[], question: SchemaQuestion): readonly SchemaFinding[] {
  const short = new Set(errors.filter(({ keyword }) => keyword === "minLength").map((error) => error.instancePath));
  return mendAlternatives(errors)
    .filter((error) => !error.schemaPath.includes("/propertyNames/"))
    .filter((error) => error.keyword !== "pattern" || !short.has(error.instancePath))
    .map((error) => {
      const { path, value } = followPointer(question.document, error.instancePath);
      const node = schemaAt(question.schemas, question.file, path);
      return explainFault({ error, path, value, node, schemas: question.schemas });
    });
}

/** A JSON pointer as a path: indexes are numbers where the document holds a list. */
function followPointer(document: unknown, pointer: string): { path: Path; value: unknown } {
  const path: (string | number)[] = [];
  let value = document;
  for (const raw of pointer.split("/").slice(1)) {
    const key = raw.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(value) ? Number(key) : key);
    value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  return { path, value };
}

function explainFault(fault: Fault): SchemaFinding {
  const params: Readonly<Record<string, unknown>> = fault.error.params;
  switch (fault.error.keyword) {
    case "additionalProperties":
      return unknownField(fault, String(params["additionalProperty"]));
    case "required":
    case "dependentRequired":
      return missingField(fault, String(params["missingProperty"]));
    case "propertyNames":
      return badName(fault, String(params["propertyName"]));
    case "uniqueItems":
      return repeatedItem(fault, Math.max(Number(params["i"]), Number(params["j"])));
    default:
      return { ...valueWords(fault, params), path: fault.path };
  }
}

function unknownField(fault: Fault, name: string): SchemaFinding {
  const path = [...fault.path, name];
  const secret = unknownSecretHint(name);
  if (secret !== null) {
    const message = `${describePath(path)} would hold a secret; Git holds references to secrets, never secrets`;
    return { code: "secret-in-yaml", message, hint: secret, path, atKey: true };
  }
  const known = fault.node === null ? [] : [...fieldsOf(fault.schemas, fault.node).keys()];
  const where = fault.path.length === 0 ? "a document" : describePath(fault.path);
  return {
    code: "unknown-field",
    message: `${where} has no field "${showText(name)}"`,
    hint: suggest(name.slice(0, 80), known),
    path,
    atKey: true,
  };
}

function missingField(fault: Fault, name: string): SchemaFinding {
  const field = fault.node === null ? undefined : fieldsOf(fault.schemas, fault.node).get(name);
  const description = field?.body["description"];
  const message = `${describePath([...fault.path, name])} is missing${typeof description === "string" ? `: ${description}` : ""}`;
  const example = exampleHint(field ?? null)?.replace("for example ", `for example ${name}: `);
  return { code: "missing-field", message, hint: example ?? `add ${name}`, path: fault.path, atKey: true };
}

function badName(fault: Fault, name: string): SchemaFinding {
  return {
    code: "bad-name",
    message: `${describePath(fault.path)}: the name "${showText(name)}" is not allowed`,
    hint: "use letters, digits, dots, dashes, underscores and slashes, at most 127, a letter or digit first and last",
    path: [...fault.path, name],
    atKey: true,
  };
}

function repeatedItem(fault: Fault, index: number): SchemaFinding {
  return {
    code: "bad-value",
    message: `${describePath(fault.path)} holds the same item twice`,
    hint: "remove one of them",
    path: [...fault.path, index],
  };
}

function valueWords(fault: Fault, params: Readonly<Record<string, unknown>>): Words {
  const { path, value, node } = fault;
  switch (fault.error.keyword) {
    case "type":
      return {
        code: "wrong-type",
        message: `${describePath(path)}: ${value === null ? "the value is empty" : `${showValue(value, path)} is the wrong kind of value`}; ${typeWords(params["type"])} is needed`,
        hint: typeHint(params["type"], value, node),
      };
    case "pattern":
      return patternWords(path, value, { pattern: String(params["pattern"]), node });
    case "enum":
      return choiceWords(path, value, Array.isArray(params["allowedValues"]) ? params["allowedValues"] : []);
    case "const":
      return constWords(fault, String(params["allowedValue"]));
    default:
      return limitWords(fault, params);
  }
}

function constWords(fault: Fault, allowed: string): Words {
  const code = fault.path[0] === "apiVersion" ? "wrong-api-version" : "bad-value";
  return {
    code,
    message: `${describePath(fault.path)}: ${showValue(fault.value, fault.path)} is not ${allowed}`,
    hint: `write ${allowed}`,
  };
}

/** Ranges, lengths, counts, formats and alternatives. */
function limitWords(fault: Fault, params: Readonly<Record<string, unknown>>): Words {
  const { path, value, node, error } = fault;
  const shown = `${describePath(path)}: ${showValue(value, path)}`;
  const limit = String(params["limit"]);
  const known = [...(node === null ? [] : fieldsOf(fault.schemas, node).keys())].join(", ");
  const sentences: Readonly<Record<string, string>> = {
    minimum: `${shown} is less than ${limit}, the least that is allowed`,
    maximum: `${shown} is more than ${limit}, the most that is allowed`,
    minLength: limit === "1" ? `${describePath(path)}: "" is empty` : `${shown} is shorter than ${limit} characters`,
    maxLength: `${shown} is longer than ${limit} characters`,
    minItems: `${describePath(path)} needs at least ${limit} item${limit === "1" ? "" : "s"}`,
    maxItems: `${describePath(path)} holds more than ${limit} items`,
    minProperties:
      known === ""
        ? `${describePath(path)} needs at least ${limit} entry`
        : `${describePath(path)} needs one of: ${known}`,
    maxProperties:
      known === ""
        ? `${describePath(path)} holds more than ${limit} entries`
        : `${describePath(path)} takes only one of: ${known}`,
    format: `${shown} is not a point in time as it is written here: RFC 3339 with its zone`,
    oneOf: `${shown} fits none of the forms that are allowed. ${asText(node?.body["description"]) ?? ""}`.trim(),
  };
  const message = sentences[error.keyword] ?? `${describePath(path)} ${error.message ?? "is not valid"}`;
  return {
    code: error.keyword === "oneOf" ? "wrong-type" : "bad-value",
    message,
    hint: limitHint(node, error.keyword),
  };
}

function limitHint(node: SchemaNode | null, keyword: string): string {
  const examples = node?.body["examples"];
  if (keyword === "oneOf" && Array.isArray(examples)) {
    return `for example ${examples.map((_, index) => exampleHint({ ...node, body: { examples: [examples[index]] } } as SchemaNode)?.replace("for example ", "")).join(", or ")}`;
  }
  return exampleHint(node) ?? "see `reeve explain` for the field";
}
