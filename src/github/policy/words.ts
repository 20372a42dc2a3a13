/** A policy in plain words. Pure. */

import { showText } from "../../estate/hostile-text.ts";
import type { Policy, PolicyMatch } from "../../generated/documents.ts";
import type { Actor } from "../model.ts";
import type { NumberedRule, Side } from "./match.ts";
import { membersOf, roleName } from "./people.ts";

/** `role:admin (team:platform, user:alice)` */
export function describePeople(policy: Policy, principals: readonly string[]): string {
  return listed(
    principals.map((principal) => describePrincipal(policy, principal)),
    "or",
  );
}

function describePrincipal(policy: Policy, principal: string): string {
  if (principal === "anyone") return "anyone who can write to the repository";
  if (roleName(principal) === null) return showText(principal);
  const members = membersOf(policy, principal).map(showText);
  return `${showText(principal)} (${members.length === 0 ? "nobody" : members.join(", ")})`;
}

/** `rule 2 (delete, replace)`, or by its name. */
export function describeRule({ number, rule }: NumberedRule): string {
  return `rule ${number} (${rule.name === undefined ? describeMatch(rule.match) : showText(rule.name)})`;
}

function describeMatch({ kinds, names, labels, actions, paths }: PolicyMatch): string {
  const labelled = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  const parts = [kinds ?? [], names ?? [], labelled, actions ?? [], paths ?? []].filter((part) => part.length > 0);
  return parts.map((part) => part.map(showText).join(", ")).join("; ");
}

/** What of a change no rule matches: the side that differs is named where there are two. */
export function describeSide(side: Side): string {
  if ("path" in side) return `the protected file ${showText(side.path)}`;
  const { change, face } = side;
  const labels = Object.entries(face.labels).map(([key, value]) => `${showText(key)}: ${showText(value)}`);
  const marked = labels.length === 0 ? "without labels" : `labelled ${labels.toSorted().join(", ")}`;
  const place = face.file === null ? "" : ` in ${showText(face.file)}`;
  return `${change.action} of a ${change.kind} named ${showText(change.name)}, ${marked}${place}`;
}

export function namesOf(actors: readonly Actor[]): string {
  return actors.length === 0
    ? "nobody"
    : listed(
        actors.map((actor) => showText(actor.login)),
        "and",
      );
}

function listed(items: readonly string[], word: "and" | "or"): string {
  if (items.length === 0) return "nobody";
  return items.length === 1 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} ${word} ${items.at(-1)}`;
}
