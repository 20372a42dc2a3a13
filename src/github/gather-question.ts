/** Collects what the policy must know of a pull request. Reads only, and of people only those that matter. */
import type { GitHubReader } from "./client/github.ts";
import type {
  Actor,
  ChangedFile,
  Permission,
  PolicyChange,
  PolicyOverrideRequest,
  PolicyQuestion,
  PullRequest,
  Review,
} from "./model.ts";
import type { BasePolicy } from "./policy/base-policy.ts";
import { createRoster, principalsOf, teamsOf } from "./policy/people.ts";

export interface Gathering {
  readonly github: GitHubReader;
  /** The organisation whose teams are meant. */
  readonly owner: string;
  readonly base: BasePolicy;
  readonly pull: PullRequest;
  readonly files: readonly ChangedFile[];
  readonly changes: readonly PolicyChange[];
  readonly estateFile: string;
}

export async function gatherQuestion(gathering: Gathering): Promise<PolicyQuestion> {
  const { github, base, pull, files, changes, estateFile } = gathering;
  const question = { author: pull.author, head: pull.head.sha, files, changes, estateFile };
  // Nobody is asked for where there is no policy that would need them.
  if (base.status !== "declared") {
    return { ...question, pushers: [], reviews: [], teams: new Map(), permissions: new Map(), override: null };
  }
  const [reviews, pushers] = await Promise.all([github.reviews(pull.number), github.committers(pull.number)]);
  const people = [pull.author, ...pushers, ...reviews.map(({ reviewer }) => reviewer)];
  const isAnyone = principalsOf(base.policy).includes("anyone");
  const [teams, permissions] = await Promise.all([
    readTeams(gathering, teamsOf(base.policy)),
    isAnyone ? readPermissions(github, people) : new Map<string, Permission>(),
  ]);
  const roster = createRoster(base.policy, { teams, permissions });
  const mayAsk = (actor: Actor): boolean => roster(base.policy.override?.by ?? [], actor);
  return { ...question, pushers, reviews, teams, permissions, override: overrideOf(reviews, mayAsk) };
}

/** A team that does not exist, or that these credentials may not see, is left out: the policy says so. */
async function readTeams(
  { github, owner }: Gathering,
  teams: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = await Promise.all(
    teams.map(async (team) => {
      const members = await github.teamMembers({ org: owner, slug: team.slice("team:".length) });
      return members === null ? [] : [[team, members] as const];
    }),
  );
  return new Map(found.flat());
}

async function readPermissions(
  github: GitHubReader,
  people: readonly Actor[],
): Promise<ReadonlyMap<string, Permission>> {
  const logins = [...new Set(people.map(({ login }) => login))];
  const entries = await Promise.all(logins.map(async (login) => [login, await github.permissionOf(login)] as const));
  return new Map(entries);
}

const OVERRIDE = /^\s*\/reeve override\b(.*)/s;

/**
 * Asked for in a review, because a review is of one commit and GitHub keeps who wrote it. Of those that may ask the last one
 * counts, so that nobody displaces an admin's by one of their own; none counts that was dismissed.
 */
function overrideOf(reviews: readonly Review[], mayAsk: (actor: Actor) => boolean): PolicyOverrideRequest | null {
  const asked = reviews.filter(({ state }) => state !== "dismissed");
  const requests = asked.flatMap(({ body, reviewer, commit }) => {
    const [, reason] = OVERRIDE.exec(body) ?? [];
    return reason === undefined ? [] : [{ by: reviewer, reason: reason.trim(), commit }];
  });
  return requests.findLast(({ by }) => mayAsk(by)) ?? requests.at(-1) ?? null;
}
