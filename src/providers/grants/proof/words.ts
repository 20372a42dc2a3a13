/** What the proof found, in words for a plan. Pure. */
import type { Blocked } from "../../../plan/change.ts";
import { accessChanges } from "../reach/ask.ts";
import type { Access } from "../reach/entries.ts";
import type { Finding } from "../reach/prove.ts";
import { findingLines } from "../reach/words.ts";

const NEXT = {
  intruder: "take away the policy that lets them in, then plan again",
  escape: "take away the rule that lets the desktop out, or have it granted",
  "locked-out": "mend what stands in the way, then plan again",
  exposed: "close the wall that stands open: another one alone is no defence",
  hijack: "take the other route away, or give it another path",
  unchecked: "name a provider that the mesh has in the cluster's sessionCheck",
  "cut-off": "mend what stands in the way, then plan again",
  unproven: "let Reeve look at it, or take it away",
} as const satisfies Record<Finding["kind"], string>;

/** One finding with the whole way, in one line. */
export function sentenceOf(finding: Finding): string {
  const [head = "", ...way] = findingLines(finding);
  return way.length === 0 ? head : `${head} (${way.map((line) => line.trim()).join("; ")})`;
}

export function nextOf({ kind }: Finding): string {
  return NEXT[kind];
}

/** Why a change is not carried out. */
export function blockedBy(findings: readonly Finding[]): Blocked {
  const [first, ...others] = findings;
  if (first === undefined) throw new TypeError("nothing blocks");
  const more = others.length === 0 ? "" : `; ${others.length} more such ways`;
  return { code: `reach-${first.kind}`, message: `${sentenceOf(first)}${more}`, next: nextOf(first) };
}

/** What a change opens and closes: a line for each who gets in, and one for all that their desktop gets out to. */
export function changeLines(before: readonly Access[], after: readonly Access[]): readonly string[] {
  const { opened, closed } = accessChanges(before, after);
  return [...lines("opens", opened), ...lines("closes", closed)];
}

const MOST_LINES = 12;
const MOST_ENDS = 6;

function lines(verb: string, accesses: readonly Access[]): readonly string[] {
  const byCaller = Map.groupBy(accesses, ({ who, reach }) => `${who} ${verbOf(reach)}`);
  const said = [...byCaller].map(([caller, all]) => {
    const ends = joinPorts([...new Set(all.map(({ what }) => what))]);
    const more = ends.length - MOST_ENDS;
    const rest = more > 0 ? `; ${more} more` : "";
    return `${verb}: ${caller} ${ends.slice(0, MOST_ENDS).join("; ")}${rest}`;
  });
  const more = said.length - MOST_LINES;
  return more <= 0 ? said : [...said.slice(0, MOST_LINES), `${verb}: ${more} more such ways`];
}

/** `a, port 80` and `a, port 443` are `a, port 80, port 443`. */
function joinPorts(ends: readonly string[]): readonly string[] {
  const peerOf = (end: string): string => end.slice(0, Math.max(0, end.lastIndexOf(", "))) || end;
  return [...Map.groupBy(ends, peerOf)].map(([peer, all]) =>
    [peer, ...all.filter((end) => end !== peer).map((end) => end.slice(peer.length + 2))].join(", "),
  );
}

/** In the worse reading. */
function verbOf({ verdict }: Access["reach"]): string {
  return verdict === "depends" ? "may reach" : "reaches";
}
