/** Findings and planned changes at their lines in the pull request's files. Pure. */
import type { Change } from "../../plan/change.ts";
import { escapeText } from "../../render/escape.ts";
import { describeField, isDestructive, SIGIL } from "../../render/words.ts";
import type { Diagnostic, Severity } from "../../support/diagnostic.ts";
import type { Position } from "../../support/position.ts";
import type { CommentFacts } from "../comment/facts.ts";
import { cutText } from "../comment/markup.ts";
import type { Annotation } from "../model.ts";

/** Three requests of 50: a plan of any size is posted with no more than six. */
const ANNOTATIONS = 150;

/** Far below GitHub's 64 KB, which nobody would read at a line. */
const MESSAGE = 4000;
const TITLE = 255;
const FIELDS = 20;

const LEVEL = { error: "failure", held: "warning", warning: "warning", notice: "notice" } as const satisfies Record<
  Severity,
  Annotation["level"]
>;

export interface Annotations {
  /** What matters most first. */
  readonly shown: readonly Annotation[];
  readonly more: number;
}

/** Errors, then what is held or warned of, then what is destroyed, then the other changes, then notices. */
export function annotationsOf({ subject }: CommentFacts): Annotations {
  const { findings, changes } =
    "live" in subject
      ? { findings: subject.live.plan.diagnostics, changes: [...subject.live.ours, ...subject.live.drift] }
      : { findings: subject.offline.diagnostics, changes: [] };
  const ranked = [
    ...findings.map((finding) => ({ rank: rankOf(finding), annotation: findingAnnotation(finding) })),
    ...changes.map((change) => ({ rank: rankOfChange(change), annotation: changeAnnotation(change) })),
  ];
  const placed = ranked.flatMap(({ rank, annotation }) => (annotation === null ? [] : [{ rank, annotation }]));
  const sorted = placed.toSorted((a, b) => a.rank - b.rank).map(({ annotation }) => annotation);
  return { shown: sorted.slice(0, ANNOTATIONS), more: Math.max(0, sorted.length - ANNOTATIONS) };
}

function rankOf({ severity }: Diagnostic): number {
  if (severity === "error") return 0;
  return severity === "notice" ? 4 : 1;
}

function rankOfChange(change: Change): number {
  if (change.blocked !== undefined) return 1;
  return isDestructive(change) ? 2 : 3;
}

function findingAnnotation({ severity, code, address, message, hint, at }: Diagnostic): Annotation | null {
  const title = address === undefined ? code : `${code}: ${address}`;
  return annotate(at, { level: LEVEL[severity], title, lines: hint === undefined ? [message] : [message, hint] });
}

/** What no document at the head declares has no line there: it is in the comment's table. */
function changeAnnotation(change: Change): Annotation | null {
  const { action, address, reason, impact, waitsFor, fields, blocked, source } = change;
  const more = fields.length > FIELDS ? [`and ${fields.length - FIELDS} more`] : [];
  return annotate(source, {
    level: blocked === undefined ? "notice" : "warning",
    title: `${blocked === undefined ? "" : "held: "}${SIGIL[action]} ${action} ${address}`,
    lines: [
      ...(blocked === undefined ? [] : [`${blocked.message}. ${blocked.next}`]),
      reason,
      ...impact,
      ...waitsFor.map((wait) => `waits for ${wait}`),
      ...fields.slice(0, FIELDS).map(describeField),
      ...more,
    ],
  });
}

interface Said {
  readonly level: Annotation["level"];
  readonly title: string;
  readonly lines: readonly string[];
}

function annotate(at: Position | null, { level, title, lines }: Said): Annotation | null {
  if (at === null) return null;
  return {
    path: at.file,
    line: Math.max(1, Math.trunc(at.line)),
    level,
    title: cutText(escapeText(title), TITLE),
    message: cutText(lines.map(escapeText).join("\n"), MESSAGE),
  };
}
