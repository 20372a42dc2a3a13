/** AWS's query protocol: a form asks, XML answers. STS speaks it, and CloudWatch beside its JSON. */
import type { ApiError } from "./api-error.ts";
import type { Input } from "./input.ts";
import type { Target } from "./request.ts";

const NAMESPACES = {
  sts: "https://sts.amazonaws.com/doc/2011-06-15/",
  monitoring: "http://monitoring.amazonaws.com/doc/2010-08-01/",
} as const;

type QueryService = keyof typeof NAMESPACES;

interface Answering {
  readonly service: QueryService;
  readonly operation: string;
  readonly requestId: string;
}

export function queryAnswer({ service, operation, requestId }: Answering, result: string): string {
  return [
    `<${operation}Response xmlns="${NAMESPACES[service]}">`,
    `<${operation}Result>${result}</${operation}Result>`,
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`,
    `</${operation}Response>`,
  ].join("");
}

/** What this protocol calls errors that have another name in the JSON services. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ValidationException: "ValidationError",
  UnrecognizedClientException: "InvalidClientTokenId",
};

export function queryError(error: ApiError, { service }: Pick<Target, "service">, requestId: string): string {
  const { type, message, status } = error;
  const side = status < 500 ? "Sender" : "Receiver";
  const code = OTHER_NAMES[type] ?? type.replace(/Exception$/, "");
  return [
    `<ErrorResponse xmlns="${service === "monitoring" ? NAMESPACES.monitoring : NAMESPACES.sts}">`,
    `<Error><Type>${side}</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`,
    `<RequestId>${requestId}</RequestId></ErrorResponse>`,
  ].join("");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const NUMBERS: ReadonlySet<string> = new Set(["Period"]);

/** A form as the object that JSON would have sent: `Dimensions.member.1.Name` is a member of the first of Dimensions. */
export function formInput(body: string): Input {
  const input: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(body)) {
    const [member = "", , index = "", field] = name.split(".");
    if (index === "") input[member] = NUMBERS.has(member) ? Number(value) : value;
    else input[member] = withItem(input[member], { at: Number(index) - 1, field, value });
  }
  return input;
}

interface Item {
  readonly at: number;
  readonly field: string | undefined;
  readonly value: string;
}

function withItem(before: unknown, { at, field, value }: Item): readonly unknown[] {
  const list = Array.isArray(before) ? [...(before as readonly unknown[])] : [];
  list[at] = field === undefined ? value : { ...(list[at] as object | undefined), [field]: value };
  return list;
}

/** An answer's object as XML: lists of members, texts and numbers as they stand, times in ISO 8601. */
export function toXml(value: object): string {
  return Object.entries(value)
    .map(([name, inner]: readonly [string, unknown]) => `<${name}>${innerXml(name, inner)}</${name}>`)
    .join("");
}

function innerXml(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => `<member>${toXml(one as object)}</member>`).join("");
  if (name === "Timestamp") return new Date(Number(value) * 1000).toISOString();
  return escapeXml(String(value));
}
