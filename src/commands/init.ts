import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UserError, userError } from "../support/user-error.ts";
import type { Arguments, Command, ExitCode, Io } from "./command.ts";
import { editorSchemas, filesOf, type NewFile, type PinnedAction, type StateRepository } from "./state-repository.ts";

/** `owner/name@commit` and its version, set by the build of a release; a checkout does not know it. */
declare const REEVE_ACTION: string | undefined;
declare const REEVE_VERSION: string | undefined;

const DEFAULT_REGION = "us-east-1";
const DEFAULT_BRANCH = "main";
const PROVIDERS = ["wireguard", "workspaces"] as const;

export const command: Command = {
  name: "init",
  summary: "lay out a new state repository: estate, policy, workflows, editor settings",
  operands: "[DIR]",
  maxOperands: 1,
  formats: ["text"],
  flags: {
    estate: { type: "string", value: "NAME", help: "the estate's name (default: the folder's)" },
    owner: { type: "string", value: "OWNER", help: "who reviews rules and workflows: @ORG/TEAM or @PERSON" },
    provider: { type: "string", multiple: true, value: "NAME", help: "wireguard (default), workspaces" },
    account: { type: "string", value: "ID", help: "the AWS account of the desktops; brings the provider workspaces" },
    region: { type: "string", value: "REGION", help: `their region (default ${DEFAULT_REGION})` },
    branch: { type: "string", value: "NAME", help: `the default branch (default ${DEFAULT_BRANCH})` },
    action: { type: "string", value: "REPO@COMMIT", help: "Reeve's action (default: that of this release)" },
    schemas: { type: "boolean", help: "only write the editors' schemas anew, after an update of Reeve" },
  },
  details: [
    "Writes files and nothing else: no Git, no network, no question. Files that are there already are left as they are; where",
    "one of them differs, nothing at all is written. docs/pull-requests.md says what to set up at GitHub and AWS.",
  ].join("\n"),
  example:
    "reeve init estate --owner @example/platform --account 123456789012 \\\n  --action example/reeve@0123456789abcdef0123456789abcdef01234567",
  run: async (args, io) => {
    if (args.has("state")) throw userError("extra-flag", "reeve init has no --state", "name the repository's folder");
    const folder = resolve(args.operands[0] ?? ".");
    if (args.has("schemas")) return renewSchemas(folder, io);
    const repository = repositoryOf(args, folder);
    const files = filesOf(repository);
    refuseToOverwrite(folder, files);
    const written = files.filter(({ path }) => !existsSync(join(folder, path)));
    for (const file of written) writeText(folder, file, "wx");
    io.out(`${[...written.map(({ path }) => `wrote ${path}`), "", ...nextSteps(folder, repository)].join("\n")}\n`);
    return 0;
  },
};

/** Checked here, because what stands in these words is written into workflows. */
function repositoryOf(args: Arguments, folder: string): StateRepository {
  const providers = providersOf(args);
  const account = args.text("account");
  if (providers.has("workspaces") && account === undefined) {
    throw userError("missing-account", "workspaces needs an AWS account", "name it with --account ID");
  }
  const region = checked(args, "region", { pattern: /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/, otherwise: DEFAULT_REGION });
  const estate = checked(args, "estate", {
    pattern: /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/,
    otherwise: basename(folder).toLowerCase(),
  });
  return {
    estate,
    wireguard: providers.has("wireguard"),
    workspaces: account === undefined ? null : { account: checked(args, "account", { pattern: /^\d{12}$/ }), region },
    owner: checked(args, "owner", { pattern: /^@[A-Za-z0-9][A-Za-z0-9-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/ }),
    branch: checked(args, "branch", { pattern: /^[A-Za-z0-9][A-Za-z0-9._/-]*$/, otherwise: DEFAULT_BRANCH }),
    action: actionOf(args),
  };
}

function providersOf(args: Arguments): ReadonlySet<string> {
  const named = args.list("provider");
  const unknown = named.find((name) => !PROVIDERS.some((provider) => provider === name));
  if (unknown !== undefined) {
    throw userError("unknown-provider", `there is no provider "${unknown}"`, `use ${PROVIDERS.join(" or ")}`);
  }
  const found = new Set(named.length === 0 ? ["wireguard"] : named);
  return args.has("account") ? found.add("workspaces") : found;
}

function checked(
  args: Arguments,
  flag: string,
  { pattern, otherwise }: { readonly pattern: RegExp; readonly otherwise?: string },
): string {
  const value = args.text(flag) ?? otherwise;
  const { value: shown, help } = command.flags[flag] ?? { value: "VALUE", help: "" };
  if (value === undefined) throw userError("missing-flag", `reeve init needs --${flag} ${shown}`, help);
  if (pattern.test(value)) return value;
  throw userError("bad-value", `"${value}" will not do for --${flag}`, `write --${flag} ${shown}: ${help}`);
}

function actionOf(args: Arguments): PinnedAction {
  const built = typeof REEVE_ACTION === "undefined" ? "" : REEVE_ACTION;
  const given = args.text("action");
  const pinned = given ?? built;
  if (pinned === "") {
    throw userError(
      "no-action",
      "this Reeve is no release and does not know which commit its action is at",
      "name it with --action OWNER/NAME@COMMIT: the 40 digits of a release's commit, not its tag",
    );
  }
  const [, repository = "", commit = ""] = /^([\w.-]+\/[\w.-]+)@([0-9a-f]{40})$/.exec(pinned) ?? [];
  if (commit === "") {
    throw userError(
      "bad-action",
      `"${pinned}" is no action at a commit`,
      "write OWNER/NAME@COMMIT with all 40 digits of the commit: a tag can be moved",
    );
  }
  const isOurs = given === undefined && typeof REEVE_VERSION !== "undefined";
  return { repository, commit, version: isOurs ? `v${REEVE_VERSION}` : "" };
}

function refuseToOverwrite(folder: string, files: readonly NewFile[]): void {
  const different = files.filter(({ path, text }) => isOther(join(folder, path), text));
  if (different.length === 0) return;
  throw new UserError(
    different.map(({ path }) => ({
      severity: "error",
      code: "file-exists",
      message: `${join(folder, path)} is there already and is not what would be written`,
      hint: "nothing was written; move it away, or lay the repository out in another folder",
      at: null,
    })),
  );
}

/** Anything in the way but the same text in a plain file. */
function isOther(path: string, text: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  return !stats.isFile() || readFileSync(path, "utf8") !== text;
}

function writeText(folder: string, { path, text }: NewFile, flag: "w" | "wx"): void {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text, { flag });
}

/** Nobody edits these by hand, so they alone are written over. */
function renewSchemas(folder: string, io: Io): ExitCode {
  const outdated = editorSchemas().filter(({ path, text }) => {
    const target = join(folder, path);
    return !existsSync(target) || isOther(target, text);
  });
  for (const file of outdated) writeText(folder, file, "w");
  io.out(outdated.length === 0 ? "The schemas are current.\n" : outdated.map(({ path }) => `wrote ${path}\n`).join(""));
  return 0;
}

function nextSteps(folder: string, { workspaces, branch }: StateRepository): readonly string[] {
  const access =
    workspaces === null
      ? "let the workflows reach the hubs"
      : `make the AWS roles reeve-plan and reeve-apply in ${workspaces.account}`;
  return [
    "Next:",
    `  1. Commit it and push it to GitHub as ${branch}: cd ${folder} && git init -b ${branch} && git add . && git commit -m 'The estate'`,
    `  2. At GitHub: the environment production for ${branch} alone, rules for ${branch}; then ${access}. README.md says how.`,
    "  3. Open a pull request with a first document in desired-state/, and read the comment on it.",
  ];
}
