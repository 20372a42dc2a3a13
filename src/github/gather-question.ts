/** Collects what the policy must know of a pull request. Reads only, and of people only those that matter. */
import { parseCommand } from "./chat/parse-command.ts";
import type { GitHubReader } from "./client/github.ts";
import type {
  Actor,
  ChangedFile,
  Comment,
  Permission,
  PolicyChange,
  PolicyOverrideRequest,
  PolicyQuestion,
  PullRequest,
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
  const { policy } = base;
  const [reviews, pushers, comments] = await Promise.all([
    github.reviews(pull.number),
    github.committers(pull.number),
    // Nobody has to ask where nobody may.
    policy.override === undefined ? [] : github.comments(pull.number),
  ]);
  const requests = overridesIn(comments);
  const people = [pull.author, ...pushers, ...reviews.map(({ reviewer }) => reviewer), ...requests.map(({ by }) => by)];
  const isAnyone = principalsOf(policy).includes("anyone");
  const [teams, permissions] = await Promise.all([
    readTeams(gathering, teamsOf(policy)),
    isAnyone ? readPermissions(github, people) : new Map<string, Permission>(),
  ]);
  const roster = createRoster(policy, { teams, permissions });
  const override = chooseOverride(requests, (actor) => roster(policy.override?.by ?? [], actor));
  return { ...question, pushers, reviews, teams, permissions, override };
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

/**
 * Asked for in a comment that nobody has edited: whoever can write can edit anybody's words, and of a review GitHub's REST API
 * does not tell it.
 */
export function overridesIn(comments: readonly Comment[]): readonly PolicyOverrideRequest[] {
  return comments.flatMap(({ author, body, createdAt, updatedAt }) => {
    const heard = createdAt.getTime() === updatedAt.getTime() ? parseCommand(body) : null;
    if (heard?.status !== "command" || heard.command.verb !== "override") return [];
    const { commit, reason } = heard.command;
    return [{ by: author, reason, commit }];
  });
}

/** Of those that may ask the last one counts, so that nobody displaces an admin's by one of their own. */
export function chooseOverride(
  requests: readonly PolicyOverrideRequest[],
  mayAsk: (actor: Actor) => boolean,
): PolicyOverrideRequest | null {
  return requests.findLast(({ by }) => mayAsk(by)) ?? requests.at(-1) ?? null;
}
