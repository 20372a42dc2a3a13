import type { Planned, Workspace } from "../../apply/workspace.ts";
import type { GitHubWriter } from "../client/github.ts";
import type { ModeOf } from "../drift/correct.ts";
import type { Standpoint } from "../drift/settled.ts";
import { chooseRecordings } from "./choose-recordings.ts";
import { keepProposal } from "./keep-proposal.ts";
import { recordInDocuments } from "./record-in-documents.ts";

export interface Proposing {
  readonly workspace: Workspace;
  readonly github: GitHubWriter;
  readonly place: Standpoint;
  readonly planned: Planned;
  readonly modeOf: ModeOf;
  readonly runUrl: string;
}

export interface Proposed {
  readonly number: number | null;
  /** Why a difference is in no pull request, by address. */
  readonly notes: ReadonlyMap<string, string>;
}

/** Records what is there in the documents of a pull request, as far as documents have words for it. */
export async function proposeDrift({
  workspace,
  github,
  place,
  planned,
  modeOf,
  runUrl,
}: Proposing): Promise<Proposed> {
  const { trees, sha, branch, estate } = place;
  const now = workspace.clock.now();
  const realities = planned.lanes.flatMap(
    ({ provider, survey }) => provider.recordReality?.(survey.desired, survey.observation, now) ?? [],
  );
  const chosen = chooseRecordings(realities, planned.plan.changes, modeOf);
  const recorded = await recordInDocuments({ workspace, trees, sha, planned }, chosen);
  const { number, trouble } = await keepProposal({ github, estate, branch, sha, runUrl }, recorded);
  const left = trouble === null ? [] : recorded.recordings.map(({ resource }) => [resource.address, trouble] as const);
  return { number, notes: new Map([...recorded.refusals, ...left]) };
}
