/** Rules of single values. Pure. */

import type { DesktopRunning } from "../../generated/documents.ts";
import { nearest } from "../../support/did-you-mean.ts";
import { durationSeconds } from "../../support/duration.ts";
import type { Refusal } from "../refusal.ts";
import { placedRegions } from "./placement/regions.ts";

const HOUR_SECONDS = 3600;

/** AWS takes fifty tags; the rest is left for Reeve's own markers. */
export const MOST_TAGS = 40;
const TAG_CHARACTERS = /^[\p{L}\p{N} +=._:/@-]*$/u;
const TAG_ALPHABET = "letters, digits, spaces and + - = . _ : / @";

export function regionRefusal(region: string): Refusal | null {
  const known = placedRegions();
  if (known.includes(region)) return null;
  const near = nearest(region, known);
  return {
    code: "unknown-region",
    message: `AWS has no region "${region}"`,
    hint: near === null ? `the regions are: ${known.join(", ")}` : `did you mean "${near}"?`,
  };
}

/** Whole hours, as AWS counts them, and none for desktops that never stop by themselves. */
export function runningRefusal({ mode, afterIdle }: DesktopRunning): Refusal | null {
  if (afterIdle === undefined) return null;
  if (mode === "always-on") {
    return {
      code: "always-on-time-out",
      message: `an always-on desktop does not stop by itself, so it has no time-out (${afterIdle})`,
      hint: "remove afterIdle, or write mode: auto-stop",
    };
  }
  const seconds = durationSeconds(afterIdle);
  if (seconds >= HOUR_SECONDS && seconds % HOUR_SECONDS === 0) return null;
  const hours = Math.floor(seconds / HOUR_SECONDS);
  const choices = hours === 0 ? "1h, the shortest" : `${hours}h or ${hours + 1}h`;
  return {
    code: "auto-stop-hours",
    message: `AWS stops desktops after whole hours, and ${afterIdle} is none`,
    hint: `write afterIdle: ${choices}`,
  };
}

/** An instant that the schema let pass and the calendar does not: a leap second. */
export function instantRefusal(text: string): Refusal | null {
  if (!Number.isNaN(new Date(text).getTime())) return null;
  return { code: "invalid-instant", message: `${text} is no instant`, hint: "write it as 2027-01-01T00:00:00Z" };
}

/** A day that the calendar does not have: JavaScript would take the one after. */
export function dateRefusal(text: string): Refusal | null {
  const date = new Date(`${text}T00:00:00Z`);
  if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)) return null;
  return { code: "invalid-date", message: `the calendar has no day ${text}`, hint: "write it as 2026-12-01" };
}

export function tagKeyRefusal(key: string): Refusal | null {
  if (/^aws:/i.test(key)) {
    return {
      code: "tag-reserved",
      message: `the tag key "${key}" begins with aws:, which AWS keeps for itself`,
      hint: "name it otherwise",
    };
  }
  if (key.toLowerCase().startsWith("reeve.dev/")) {
    return {
      code: "tag-reserved",
      message: `the tag key "${key}" begins with reeve.dev/, with which Reeve marks what is its own`,
      hint: "name it otherwise, for example with a prefix of your own",
    };
  }
  if (key.length < 1 || key.length > 127) {
    return {
      code: "tag-key",
      message: `a tag key has 1 to 127 characters, and this one has ${key.length}`,
      hint: "shorten it",
    };
  }
  if (TAG_CHARACTERS.test(key)) return null;
  return {
    code: "tag-key",
    message: `the tag key "${key}" holds a character that AWS refuses`,
    hint: `AWS takes ${TAG_ALPHABET}`,
  };
}

export function tagValueRefusal(value: string): Refusal | null {
  if (TAG_CHARACTERS.test(value)) return null;
  return {
    code: "tag-value",
    message: `the tag value "${value}" holds a character that AWS refuses`,
    hint: `AWS takes ${TAG_ALPHABET}`,
  };
}

const NAME_PART = String.raw`(?:[^,=+<>#;"\\]|\\.)+`;
const UNIT_NAME = new RegExp(`^(?:OU=${NAME_PART},)+(DC=${NAME_PART}(?:,DC=${NAME_PART})+)$`, "i");

/** A full distinguished name of an organizational unit; AWS itself looks at it only when a desktop joins. */
export function unitRefusal(unit: string, domain: string | undefined): Refusal | null {
  const components = UNIT_NAME.exec(unit)?.[1];
  if (components === undefined) {
    const isContainer = /^CN=/i.test(unit);
    return {
      code: "ou-form",
      message: `"${unit}" is no organizational unit as a full distinguished name${isContainer ? ": CN= is a container, and desktops cannot be put there" : ""}`,
      hint: `write every part, from the unit up to the domain: ${exampleUnit(domain)}`,
    };
  }
  const found = components.slice("DC=".length).split(/,DC=/i).join(".");
  if (domain === undefined || found.toLowerCase() === domain.toLowerCase()) return null;
  return {
    code: "ou-domain",
    message: `"${unit}" is in the domain ${found}, and the directory's is ${domain}`,
    hint: `end it in ${componentsOf(domain)}, or correct spec.domain`,
  };
}

function exampleUnit(domain = "robco.local"): string {
  return `OU=WorkSpaces,${componentsOf(domain)}`;
}

function componentsOf(domain: string): string {
  return domain
    .split(".")
    .map((label) => `DC=${label}`)
    .join(",");
}
