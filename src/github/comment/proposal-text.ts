/** The pull request that records what is there. */
import { plural } from "../../render/words.ts";
import type { Recording } from "../propose/choose-recordings.ts";
import { fitDrift } from "./drift-text.ts";
import type { Rendered } from "./facts.ts";
import { runLink } from "./markup.ts";
import type { Shortener } from "./shortener.ts";

export interface ProposalFacts {
  readonly estate: string;
  readonly recordings: readonly Recording[];
  readonly runUrl: string;
}

export function renderProposal({ estate, recordings, runUrl }: ProposalFacts): Rendered {
  return fitDrift("drift-proposal", (short) => ({
    headline: `${plural(recordings.length, "document")} of ${short.cut(estate)} would say what is there`,
    isOver: false,
    recordings: short.map(recordings, "document", (one) => recordingView(one, short)),
    run: runLink(runUrl),
  }));
}

/** The last word of a proposal that is no longer needed. */
export function renderProposalOver({ estate, runUrl }: Omit<ProposalFacts, "recordings">): Rendered {
  return fitDrift("drift-proposal", (short) => ({
    headline: `Nothing of ${short.cut(estate)} is left to record`,
    isOver: true,
    recordings: { shown: [], more: 0 },
    run: runLink(runUrl),
  }));
}

function recordingView({ resource, edits }: Recording, short: Shortener): object {
  return {
    address: short.cut(resource.address),
    file: short.cut(resource.source.file),
    edits: edits.map(({ path, value }) =>
      short.cut(`${path.join(".")}: ${value === null ? "(taken out)" : JSON.stringify(value)}`),
    ),
  };
}
