/** Where a secret is resolved from, and what may go wrong. No message ever holds a value. */
import type { SecretSource } from "../../generated/documents.ts";

export interface Secret {
  readonly value: string;
  /** The source's own word for this version; null where it has none. */
  readonly version: string | null;
}

/** Throws `SecretTrouble`. */
export type ResolveSecret = (source: SecretSource) => Promise<Secret>;

/** `unavailable` passes; `not-usable` is to be mended in the document or the store. */
export class SecretTrouble extends Error {
  override readonly name = "SecretTrouble";
  readonly kind: "unavailable" | "not-usable";

  constructor(kind: "unavailable" | "not-usable", message: string) {
    super(message);
    this.kind = kind;
  }
}

/** The member of a JSON object that `key` names; the whole text where none is named. */
export function memberOf(text: string, key: string | undefined): string {
  if (key === undefined) return text;
  const members = parseObject(text);
  const value = members === null || !Object.hasOwn(members, key) ? null : members[key];
  if (typeof value === "string" && value !== "") return value;
  throw new SecretTrouble("not-usable", `the secret has no text under "${key}"`);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
