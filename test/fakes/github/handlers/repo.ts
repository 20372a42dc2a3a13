import { ApiError, ok, page } from "../answer.ts";
import { found, type Handler, param, type RepoCall } from "../call.ts";
import { presentRepo, repoPage, repoUrl } from "../present/basics.ts";
import { presentCommit } from "../present/git.ts";
import { fullName, type Protection, type Ruleset } from "../world.ts";
import { readCommit } from "./commits.ts";

export const getRepo: Handler = ({ world, repo }) => ok(presentRepo(world, repo));

export const getBranch: Handler = async (call) => {
  const { world, repo } = call;
  const name = param(call, "branch");
  const tip = await repo.git.resolve(`refs/heads/${name}`);
  if (tip === null) throw new ApiError(404, "Branch not found");
  const self = `${repoUrl(world, repo)}/branches/${name}`;
  const protection = repo.protections.get(name);
  return ok({
    name,
    commit: presentCommit(world, repo, await readCommit(repo, tip)),
    _links: { self, html: `${repoPage(world, repo)}/tree/${name}` },
    protected: protection !== undefined,
    protection: {
      enabled: protection !== undefined,
      required_status_checks: { enforcement_level: level(protection), contexts: protection?.checks ?? [], checks: [] },
    },
    protection_url: `${self}/protection`,
  });
};

function level(protection: Protection | undefined): string {
  if (protection === undefined) return "off";
  return protection.enforceAdmins ? "everyone" : "non_admins";
}

export const getProtection: Handler = (call) => {
  const name = param(call, "branch");
  const protection = call.repo.protections.get(name);
  if (protection === undefined) throw new ApiError(404, "Branch not protected");
  const url = `${repoUrl(call.world, call.repo)}/branches/${name}/protection`;
  const off = { enabled: false };
  return ok({
    url,
    required_status_checks: {
      url: `${url}/required_status_checks`,
      strict: protection.strict,
      contexts: protection.checks,
      contexts_url: `${url}/required_status_checks/contexts`,
      checks: protection.checks.map((context) => ({ context, app_id: null })),
    },
    required_pull_request_reviews: {
      url: `${url}/required_pull_request_reviews`,
      dismiss_stale_reviews: protection.dismissStale,
      require_code_owner_reviews: false,
      require_last_push_approval: false,
      required_approving_review_count: protection.approvals,
    },
    required_signatures: { url: `${url}/required_signatures`, ...off },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforceAdmins },
    required_linear_history: off,
    allow_force_pushes: off,
    allow_deletions: off,
    block_creations: off,
    required_conversation_resolution: off,
    lock_branch: off,
    allow_fork_syncing: off,
  });
};

function presentRuleset(call: RepoCall, ruleset: Ruleset, isWhole: boolean): object {
  const { id, name, branches, rules } = ruleset;
  const include = branches.map((branch) => `refs/heads/${branch}`);
  return {
    id,
    name,
    target: "branch",
    source_type: "Repository",
    source: fullName(call.repo),
    enforcement: "active",
    ...(isWhole ? { bypass_actors: [], conditions: { ref_name: { include, exclude: [] } }, rules } : {}),
  };
}

export const listRulesets: Handler = (call) =>
  page(call.repo.rulesets, (ruleset) => presentRuleset(call, ruleset, false));

export const getRuleset: Handler = (call) => {
  const id = Number(param(call, "ruleset_id"));
  return ok(presentRuleset(call, found(call.repo.rulesets.find((each) => each.id === id)), true));
};

export const listRules: Handler = (call) => {
  const branch = param(call, "branch");
  const rulesets = call.repo.rulesets.filter(({ branches }) => branches.includes(branch));
  const rules = rulesets.flatMap(({ id, rules: own }) => own.map((rule) => ({ ...rule, ruleset_id: id })));
  return page(rules, (rule) => ({
    ...rule,
    ruleset_source_type: "Repository",
    ruleset_source: fullName(call.repo),
  }));
};
