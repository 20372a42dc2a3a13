/** Rows of the database as what the store gives out; the schema is STRICT, so that a column has the type it says. */
import type { SQLOutputValue } from "node:sqlite";
import type { PublicKeys, StoredEvent, SubmittedCredential, UnknownDevice } from "./store.ts";

type Row = Readonly<Record<string, SQLOutputValue>>;

export function keysOf(row: Row | undefined): PublicKeys {
  if (row === undefined) throw new TypeError("the keys that were just written are not there");
  return { signKey: text(row, "signKey"), recipient: text(row, "recipient") };
}

export function eventOf(row: Row): StoredEvent {
  const place = { site: text(row, "site"), appliance: text(row, "appliance") };
  return { id: Number(row["id"]), at: text(row, "at"), ...place, type: text(row, "type"), detail: text(row, "detail") };
}

export function deviceOf(row: Row): UnknownDevice {
  return {
    signKey: text(row, "signKey"),
    mac: text(row, "mac"),
    hostname: text(row, "hostname"),
    seenAt: text(row, "seenAt"),
  };
}

export function credentialOf(row: Row): SubmittedCredential {
  return {
    version: text(row, "version"),
    username: text(row, "username"),
    sealed: text(row, "sealed"),
    by: text(row, "by"),
    at: text(row, "at"),
  };
}

function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new TypeError(`${column} is no text`);
  return value;
}
