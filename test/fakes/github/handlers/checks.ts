import { ApiError, created, invalid, ok, page } from "../answer.ts";
import { found, type Handler, needed, param, type RepoCall } from "../call.ts";
import { latestChecks } from "../gate.ts";
import { presentRepo, repoPage, repoUrl } from "../present/basics.ts";
import { presentCheck, presentStatus } from "../present/checks.ts";
import { createFields, type Fields, isTree } from "../tree.ts";
import type { Annotation, App, CheckRun, Repo, Status, World } from "../world.ts";
import { readCommit } from "./commits.ts";

/** Only Apps have checks; a workflow's token is that of one. */
function appOf({ token }: RepoCall): App {
  if (token.app === null) throw new ApiError(403, "You must authenticate via a GitHub App.");
  return token.app;
}

export const createCheck: Handler = async (call) => {
  const { world, repo, body } = call;
  const app = appOf(call);
  const { sha } = await readCommit(repo, needed(body, "head_sha"));
  const check: CheckRun = {
    id: world.nextId(),
    suite: suiteOf(world, repo, { app, sha }),
    app,
    headSha: sha,
    annotations: [],
    name: needed(body, "name"),
    externalId: "",
    detailsUrl: "",
    status: "queued",
    conclusion: null,
    startedAt: world.now(),
    completedAt: null,
    title: null,
    summary: null,
    text: null,
  };
  change(world, check, body);
  repo.checks.set(check.id, check);
  return created(presentCheck(world, repo, check));
};

function suiteOf(world: World, repo: Repo, { app, sha }: { readonly app: App; readonly sha: string }): number {
  const key = `${app.id} ${sha}`;
  const suite = repo.suites.get(key) ?? world.nextId();
  repo.suites.set(key, suite);
  return suite;
}

function checkOf(call: RepoCall): CheckRun {
  return found(call.repo.checks.get(Number(param(call, "check_run_id"))));
}

export const getCheck: Handler = (call) => ok(presentCheck(call.world, call.repo, checkOf(call)));

export const updateCheck: Handler = (call) => {
  const { world, repo, body } = call;
  const app = appOf(call);
  const check = checkOf(call);
  if (check.app !== app)
    throw new ApiError(
      403,
      `Invalid app_id \`${app.id}\` - check run can only be modified by the GitHub App that created it.`,
    );
  change(world, check, body);
  return ok(presentCheck(world, repo, check));
};

function change(world: World, check: CheckRun, body: Fields): void {
  const annotations = (body.fields("output")?.list("annotations") ?? []).filter(isTree).map(annotationOf);
  check.name = body.text("name") ?? check.name;
  check.externalId = body.text("external_id") ?? check.externalId;
  check.detailsUrl = body.text("details_url") ?? check.detailsUrl;
  check.startedAt = dateOf(body.text("started_at")) ?? check.startedAt;
  check.status = body.text("status") ?? check.status;
  const conclusion = body.text("conclusion");
  if (conclusion !== undefined) Object.assign(check, { conclusion, status: "completed" });
  if (check.status === "completed") check.completedAt = dateOf(body.text("completed_at")) ?? world.now();
  else Object.assign(check, { conclusion: null, completedAt: null });
  const output = body.fields("output");
  check.title = output?.text("title") ?? check.title;
  check.summary = output?.text("summary") ?? check.summary;
  check.text = output?.text("text") ?? check.text;
  check.annotations.push(...annotations);
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

/** 64 KB; the description says so in prose only. */
const LONGEST_MESSAGE = 65_536;

function annotationOf(tree: Readonly<Record<string, unknown>>): Annotation {
  const fields = createFields(tree);
  const [start, end] = [fields.number("start_line") ?? 0, fields.number("end_line") ?? 0];
  const hasColumn = fields.has("start_column") || fields.has("end_column");
  const refuse = (message: string): ApiError =>
    invalid({ resource: "CheckRun", code: "custom", field: "annotations", message });
  if (end < start) throw refuse("end_line must not be before start_line");
  if (hasColumn && start !== end) throw refuse("columns are only for annotations of one line");
  for (const name of ["message", "raw_details"]) {
    if (Buffer.byteLength(fields.text(name) ?? "") > LONGEST_MESSAGE) throw refuse(`${name} is over 64 KB`);
  }
  if ((fields.text("title") ?? "").length > 255) throw refuse("title is too long (maximum is 255 characters)");
  return {
    path: fields.text("path") ?? "",
    start_line: start,
    end_line: end,
    start_column: fields.number("start_column") ?? null,
    end_column: fields.number("end_column") ?? null,
    annotation_level: fields.text("annotation_level") ?? "",
    title: fields.text("title") ?? null,
    message: fields.text("message") ?? "",
    raw_details: fields.text("raw_details") ?? null,
  };
}

export const listAnnotations: Handler = (call) => {
  const { headSha, annotations } = checkOf(call);
  const blob = `${repoPage(call.world, call.repo)}/blob/${headSha}`;
  return page(annotations, (annotation) => ({ ...annotation, blob_href: `${blob}/${annotation.path}` }));
};

export const listChecks: Handler = async (call) => {
  const { world, repo, query } = call;
  const { sha } = await readCommit(repo, param(call, "ref"));
  const [name, status, app] = [query.text("check_name"), query.text("status"), query.number("app_id")];
  const all = query.text("filter") === "all" ? [...repo.checks.values()] : latestChecks(repo, sha);
  const checks = all
    .filter(({ headSha }) => headSha === sha)
    .filter((check) => name === undefined || check.name === name)
    .filter((check) => status === undefined || check.status === status)
    .filter((check) => app === undefined || check.app.id === app);
  return page(checks.toReversed(), (check) => presentCheck(world, repo, check), "check_runs");
};

export const createStatus: Handler = async (call) => {
  const { world, repo, body, token } = call;
  const { sha } = await readCommit(repo, param(call, "sha"));
  const [context, description] = [body.text("context") ?? "default", body.text("description") ?? null];
  const tooLong = (field: string, most: number): ApiError =>
    invalid({
      resource: "Status",
      code: "custom",
      field,
      message: `${field} is too long (maximum is ${most} characters)`,
    });
  if (context.length > 255) throw tooLong("context", 255);
  if ((description ?? "").length > 140) throw tooLong("description", 140);
  const status: Status = {
    id: world.nextId(),
    sha,
    context,
    description,
    state: needed(body, "state"),
    targetUrl: body.text("target_url") ?? null,
    creator: token.actor,
    createdAt: world.now(),
  };
  repo.statuses.push(status);
  return created(presentStatus(world, repo, status));
};

export const listStatuses: Handler = async (call) => {
  const { sha } = await readCommit(call.repo, param(call, "ref"));
  const statuses = call.repo.statuses.filter((status) => status.sha === sha).toReversed();
  return page(statuses, (status) => presentStatus(call.world, call.repo, status));
};

export const combineStatuses: Handler = async (call) => {
  const { world, repo } = call;
  const { sha } = await readCommit(repo, param(call, "ref"));
  const latest = new Map<string, Status>();
  for (const status of repo.statuses) if (status.sha === sha) latest.set(status.context, status);
  const statuses = [...latest.values()];
  return ok({
    state: combined(statuses.map(({ state }) => state)),
    statuses: statuses.map((status) => presentStatus(world, repo, status)),
    sha,
    total_count: statuses.length,
    repository: presentRepo(world, repo),
    commit_url: `${repoUrl(world, repo)}/commits/${sha}`,
    url: `${repoUrl(world, repo)}/commits/${sha}/status`,
  });
};

function combined(states: readonly string[]): string {
  if (states.some((state) => state === "failure" || state === "error")) return "failure";
  return states.length > 0 && states.every((state) => state === "success") ? "success" : "pending";
}
