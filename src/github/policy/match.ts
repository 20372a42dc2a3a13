/** Which rules are about a change or a file. Pure. */
import type { Policy, PolicyMatch, PolicyRule } from "../../generated/documents.ts";
import type { PolicyChange, PolicyFace } from "../model.ts";
import { matchesPath, matchesText } from "./glob.ts";

/** What a policy judges, under one of its faces; a changed resource may have two. */
export type Side = { readonly change: PolicyChange; readonly face: PolicyFace } | { readonly path: string };

const NO_FACE: PolicyFace = { labels: {}, file: null };

/** As it was and as it would be; what no document declares still has one side. */
export function sidesOf(change: PolicyChange): readonly Side[] {
  const faces = [change.before, change.after].filter((face) => face !== null);
  return (faces.length === 0 ? [NO_FACE] : faces).map((face) => ({ change, face }));
}

/** A rule with its number in the policy, from 1. */
export interface NumberedRule {
  readonly number: number;
  readonly rule: PolicyRule;
}

export function rulesFor(policy: Policy, side: Side): readonly NumberedRule[] {
  return policy.rules
    .map((rule, index) => ({ number: index + 1, rule }))
    .filter(({ rule }) => matchesSide(rule.match, side));
}

/** All the given fields match; a match without any field matches nothing, for it may be a slip. */
export function matchesSide(match: PolicyMatch, side: Side): boolean {
  if (isEmptyMatch(match)) return false;
  return "path" in side ? matchesFile(match, side.path) : matchesResource(match, side);
}

export function isEmptyMatch(match: PolicyMatch): boolean {
  return Object.values(match).every((field) => field === undefined);
}

/** Only a rule about paths and nothing else is about files. */
function matchesFile({ paths = [], ...others }: PolicyMatch, path: string): boolean {
  return isEmptyMatch(others) && paths.some((pattern) => matchesPath(pattern, path));
}

function matchesResource(
  match: PolicyMatch,
  { change, face }: Extract<Side, { readonly change: PolicyChange }>,
): boolean {
  const { kinds, names, labels, actions, paths } = match;
  const { file } = face;
  return (
    (kinds === undefined || kinds.some((kind) => kind === "*" || kind === change.kind)) &&
    (names === undefined || names.some((name) => matchesText(name, change.name))) &&
    (labels === undefined || matchesLabels(labels, face.labels)) &&
    (actions === undefined || actions.some((action) => coversAction(action, change.action))) &&
    (paths === undefined || (file !== null && paths.some((path) => matchesPath(path, file))))
  );
}

function matchesLabels(wanted: Readonly<Record<string, string>>, labels: PolicyFace["labels"]): boolean {
  const entries = Object.entries(wanted);
  return (
    entries.length > 0 &&
    entries.every(([key, value]) => Object.hasOwn(labels, key) && matchesText(value, labels[key] ?? ""))
  );
}

/** Who may update a resource may edit its document without effect, too. */
function coversAction(wanted: string, action: PolicyChange["action"]): boolean {
  return wanted === action || (wanted === "update" && action === "document");
}
