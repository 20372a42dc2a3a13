import { readFileSync } from "node:fs";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { EventName, OperationName } from "./operations.ts";
import { isTree, type Tree } from "./tree.ts";

interface AskedRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface CheckedRequest {
  /** What is not as the description has it. */
  readonly problems: readonly string[];
  /** Over a limit that the description states: the service answers 422 in these words, and it is no fault of the contract. */
  readonly refusal: string | null;
  /** The query with numbers and booleans where the description has them. */
  readonly query: Tree;
}

/** GitHub's own description of its API (`openapi.json`), as a judge of what is asked and answered. */
export interface Contract {
  checkRequest(name: OperationName, asked: AskedRequest): CheckedRequest;
  checkAnswer(name: OperationName, status: number, body: unknown): readonly string[];
  checkEvent(name: EventName, payload: unknown): readonly string[];
}

const LIMITS: ReadonlySet<string> = new Set(["maxItems", "maxLength"]);
/** Of OpenAPI, or GitHub's own: said for people, not checked. `email`: the address of a bot has brackets, which no RFC allows. */
const LOOSE_FORMATS = ["int32", "int64", "binary", "repo.nwo", "ssh-url", "timestamp", "url", "alphanumeric", "email"];

/** Compiled four times as fast, and slower to run, which does not matter here. */
const QUICK = {
  strict: false,
  allErrors: true,
  logger: false,
  validateSchema: false,
  inlineRefs: false,
  code: { optimize: false },
} as const;

let opened: Contract | undefined;

/** Read once for all tests of a process: to compile a schema takes longer than most tests. */
export function openContract(): Contract {
  opened ??= createContract(JSON.parse(readFileSync(new URL("openapi.json", import.meta.url), "utf8")));
  return opened;
}

function createContract(description: Tree): Contract {
  const compile = compiler(description);
  return {
    checkRequest: (name, asked) => {
      const { path, operation } = pointTo(description, name);
      const parameters = listOf(operation["parameters"]);
      const [named, placed] = [parameterSchema(parameters, "query"), parameterSchema(parameters, "path")];
      const query: Tree = { ...asked.query };
      const problems = [
        ...compile(`${path}/query`, named)(query),
        ...compile(`${path}/path`, placed)({ ...asked.params }),
      ].map(({ said }) => said);
      const body = checkBody(compile, { path, operation, body: asked.body });
      return { problems: [...problems, ...body.problems], refusal: body.refusal, query };
    },
    checkAnswer: (name, status, body) => {
      const { path, operation } = pointTo(description, name);
      const response = memberOf(operation["responses"], String(status));
      if (response === undefined && status < 400) return [`status ${status} is not described`];
      const schema = jsonSchema(response);
      if (schema === undefined && status >= 400) return checkError(body);
      if (schema === undefined) return body === undefined ? [] : [`status ${status} has no body in the description`];
      return compile(`${path}/${status}`, schema)(body).map(({ said }) => said);
    },
    checkEvent: (name, payload) => {
      const schema = jsonSchema(memberOf(memberOf(memberOf(description["webhooks"], name), "post"), "requestBody"));
      if (schema === undefined) return [`no event ${name} in the description`];
      return compile(`webhook/${name}`, schema)(payload).map(({ said }) => said);
    },
  };
}

interface Problem {
  readonly keyword: string;
  readonly said: string;
  readonly error: ErrorObject;
}

type Compile = (key: string, schema: unknown) => (value: unknown) => readonly Problem[];

function compiler(description: Tree): Compile {
  const ajv = new Ajv2020(QUICK);
  const coercing = new Ajv2020({ ...QUICK, coerceTypes: "array" });
  for (const instance of [ajv, coercing]) {
    addFormats.default(instance);
    for (const format of LOOSE_FORMATS) instance.addFormat(format, true);
    instance.addSchema({ $id: "openapi", components: description["components"] });
  }
  const known = new Map<string, ValidateFunction>();
  return (key, schema) => (value) => {
    const instance = /\/(query|path)$/.test(key) ? coercing : ajv;
    const validate = known.get(key) ?? instance.compile(absolute(schema));
    known.set(key, validate);
    return validate(value) ? [] : (validate.errors ?? []).map(problemOf);
  };
}

/** References from outside the document that holds the schemas. */
function absolute(schema: unknown): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"openapi#/'));
}

function problemOf(error: ErrorObject): Problem {
  const { keyword, instancePath, message, params } = error;
  return { keyword, error, said: `${instancePath || "/"} ${message} ${JSON.stringify(params)}` };
}

interface AskedBody {
  readonly path: string;
  readonly operation: Tree;
  readonly body: unknown;
}

function checkBody(compile: Compile, { path, operation, body }: AskedBody): Omit<CheckedRequest, "query"> {
  const described = operation["requestBody"];
  const schema = jsonSchema(described);
  if (schema === undefined || body === undefined) {
    const isWrong = body === undefined ? memberOf(described, "required") === true : !isEmpty(body);
    return { problems: isWrong ? [`a body is ${body === undefined ? "missing" : "not expected"}`] : [], refusal: null };
  }
  const found = compile(`${path}/body`, schema)(body);
  const [limit] = found.filter(({ keyword }) => LIMITS.has(keyword));
  const others = limit === undefined ? found.map(({ said }) => said) : [];
  return {
    problems: [...others, ...unknownMembers(schema, body)],
    refusal: limit === undefined ? null : limitWords(limit.error, body),
  };
}

function limitWords({ keyword, params, instancePath }: ErrorObject, body: unknown): string {
  const value = instancePath
    .split("/")
    .slice(1)
    .reduce<unknown>((at, key) => Object(at)[key], body);
  const supplied = Array.isArray(value) || typeof value === "string" ? value.length : 0;
  const what = keyword === "maxItems" ? "No more than {} items" : "Only {} characters";
  return `Invalid request.\n\n${what.replace("{}", String(params["limit"]))} are allowed; ${supplied} were supplied.`;
}

/** Members that the description does not have: the service ignores them, and whoever sends them is mistaken. */
function unknownMembers(schema: unknown, body: unknown): readonly string[] {
  const properties = memberOf(schema, "properties");
  if (!isTree(properties) || !isTree(body) || memberOf(schema, "additionalProperties") !== undefined) return [];
  return Object.keys(body).flatMap((key) => (Object.hasOwn(properties, key) ? [] : [`/${key} is not described`]));
}

/** What every refusal looks like, also where the description has no words for it. */
function checkError(body: unknown): readonly string[] {
  return isTree(body) && typeof body["message"] === "string" ? [] : ["a refusal has no message"];
}

function parameterSchema(parameters: readonly Tree[], place: string): Tree {
  const meant = parameters.filter((parameter) => parameter["in"] === place);
  return {
    type: "object",
    additionalProperties: false,
    required: meant.filter(({ required }) => required === true).map(({ name }) => name),
    properties: Object.fromEntries(meant.map(({ name, schema }) => [name, schema])),
  };
}

function pointTo(description: Tree, name: OperationName): { readonly path: string; readonly operation: Tree } {
  const [method = "", path = ""] = name.split(" ");
  const operation = memberOf(memberOf(description["paths"], path), method.toLowerCase());
  if (!isTree(operation)) throw new Error(`openapi.json has no ${name}: cut it anew with scripts/cut-openapi.ts`);
  return { path: name, operation };
}

function jsonSchema(holder: unknown): unknown {
  return memberOf(memberOf(memberOf(holder, "content"), "application/json"), "schema");
}

function memberOf(value: unknown, key: string): unknown {
  return isTree(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function listOf(value: unknown): readonly Tree[] {
  return Array.isArray(value) ? value.filter(isTree) : [];
}

function isEmpty(body: unknown): boolean {
  return isTree(body) && Object.keys(body).length === 0;
}
