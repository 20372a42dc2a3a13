/** One merged pull request before the policy, as it is at the moment of the apply. */
import type { Workspace } from "../apply/workspace.ts";
import { rootOf } from "../apply/workspace.ts";
import type { GitHubReader } from "./client/github.ts";
import type { Contribution } from "./contributions.ts";
import { gatherQuestion } from "./gather-question.ts";
import type { ChangedFile, PolicyVerdict, PullRequest, RepositoryName } from "./model.ts";
import { basePolicy } from "./policy/base-policy.ts";
import { evaluatePolicy } from "./policy/evaluate-policy.ts";
import { policyChanges } from "./policy/policy-changes.ts";
import { type Sides, type Touched, touchedByPull } from "./policy/touched.ts";
import { estateFileOf, type PullSides, readSides } from "./pull-sides.ts";
import { readReviewed } from "./reviewed.ts";
import type { Judged } from "./reviewed-union.ts";
import type { Trees } from "./trees.ts";

export interface Court {
  readonly workspace: Workspace;
  readonly trees: Trees;
  readonly github: GitHubReader;
  readonly repository: RepositoryName;
  /** `.github/workflows/plan.yml` */
  readonly planWorkflow: string;
}

/** What a contribution reaches, and what its reviewers have seen of it; `judged` is null for a push without a pull request. */
export interface Examined {
  readonly contribution: Contribution;
  readonly touched: Touched;
  readonly judged: Judged | null;
}

export async function examineContribution(court: Court, contribution: Contribution): Promise<Examined> {
  const { workspace, trees } = court;
  const { base, head, pull } = contribution;
  const options = { trees, root: rootOf(workspace), stateDir: workspace.stateDir, signal: workspace.signal };
  // The first commit of a branch is compared with itself: there is nothing that it could have been reviewed against.
  const sides = await readSides(options, { base: base ?? head, head });
  const touched = touchedByPull(estatesOf(sides), sides.files);
  return { contribution, touched, judged: pull === null ? null : await judgePull(court, pull, { sides, touched }) };
}

interface Ground {
  readonly sides: PullSides;
  readonly touched: Touched;
}

async function judgePull(court: Court, pull: PullRequest, { sides, touched }: Ground): Promise<Judged> {
  const { github, repository, planWorkflow } = court;
  const reviewed = await readReviewed(pull, { github, repository, workflow: planWorkflow });
  const ours =
    "plan" in reviewed ? reviewed.plan.changes.filter(({ address }) => reviewed.verdict.ours.includes(address)) : [];
  const base = basePolicy(sides.base);
  const question = await gatherQuestion({
    github,
    owner: repository.owner,
    base,
    pull,
    files: sides.files,
    changes: policyChanges(touched.documents, ours, estatesOf(sides)),
    estateFile: estateFileOf(sides),
  });
  const policy = base.status === "none" ? null : evaluatePolicy(base, question);
  const own = new Set<string>([...touched.reach, ...ours.map(({ address }) => address)]);
  const reaches = (address: string): boolean => touched.isEverything || own.has(address);
  return { reviewed, policy, distrust: distrustOf(sides.files, policy), reaches };
}

function estatesOf({ base, head }: PullSides): Sides {
  return { base: base.checkable, head: head.checkable };
}

const MACHINERY = /^(\.github\/|action\.ya?ml$)/;

/**
 * Whoever changes the workflow changes what records the plan: its record counts only where the policy has allowed these very
 * files. Without a policy nobody has.
 */
function distrustOf(files: readonly ChangedFile[], policy: PolicyVerdict | null): string | null {
  const paths = files.flatMap(({ path, previousPath }) => [path, previousPath ?? path]);
  const touched = paths.find((path) => MACHINERY.test(path));
  if (touched === undefined || policy?.isAllowed === true) return null;
  return `it changes ${touched}, so that its recorded plan may be anybody's: have its changes planned in another pull request`;
}
