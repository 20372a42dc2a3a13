/** The `Status` object of a refusal, and headers. Parsed here and nowhere else. */
import { isRecord, recordAt, recordsAt, textAt } from "../render/json-walk.ts";

/** What an HTTP exchange came to. */
export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** A refusal in the API's own words. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
  /** The kind or plural that `details` names; empty for none. */
  readonly kind: string;
  /** The object that `details` names; empty for none. */
  readonly name: string;
  readonly causes: readonly Cause[];
  readonly retryAfterSeconds: number | null;
}

/** Null for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** Null where something else than the API answered: a mux without the path, a proxy. */
export function readRefusal(text: string): Refusal | null {
  const body = parseJson(text);
  if (!isRecord(body) || body["kind"] !== "Status") return null;
  const details = recordAt(body, "details");
  const seconds = details["retryAfterSeconds"];
  return {
    reason: textAt(body, "reason"),
    message: textAt(body, "message"),
    kind: textAt(details, "kind"),
    name: textAt(details, "name"),
    causes: recordsAt(details, "causes").map((cause) => ({
      reason: textAt(cause, "reason"),
      message: textAt(cause, "message"),
      field: textAt(cause, "field"),
    })),
    retryAfterSeconds: typeof seconds === "number" ? seconds : null,
  };
}

const WARNING = /\b\d{3} \S+ ("(?:[^"\\]|\\.)*")/g;

/** The texts of `Warning:` headers, which Node joins with commas. */
export function readWarnings({ headers }: Pick<Answer, "headers">): readonly string[] {
  return [...(headers["warning"] ?? "").matchAll(WARNING)].map(([, quoted = ""]) => {
    const text = parseJson(quoted);
    return typeof text === "string" ? text : quoted.slice(1, -1);
  });
}
