import { inflateRawSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ALL, appClientOf, clientOf, outcomeOf } from "./client.ts";
import { type GitHub, openGitHub } from "./open-github.ts";

const at = { owner: "acme", repo: "state" };
let github: GitHub;
let job: ReturnType<typeof clientOf>;
let head_sha = "";

beforeAll(async () => {
  github = await openGitHub({ now: () => new Date() });
  job = clientOf(github, github.tokens.workflow(ALL));
  head_sha = (await github.openPull({ branch: "p", author: "bob", files: { "a.yaml": "a\n" } })).head;
});
afterAll(() => github.close());

const notes = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    path: "a.yaml",
    start_line: index + 1,
    end_line: index + 1,
    annotation_level: "notice" as const,
    message: `note ${index}`,
  }));

test("fifty annotations a request; those of an update are added", async () => {
  const output = { title: "Plan", summary: "s", annotations: notes(50) };
  const { data } = await job.checks.create({ ...at, name: "many", head_sha, output });
  const update = { ...at, check_run_id: data.id };
  await job.checks.update({ ...update, output: { ...output, annotations: notes(2) } });
  await job.checks.update({ ...update, output: { title: "Plan", summary: "changed" } });
  const tooMany = job.checks.update({ ...update, output: { ...output, annotations: notes(51) } });
  expect(await outcomeOf(tooMany)).toContain(
    "422 Invalid request.\n\nNo more than 50 items are allowed; 51 were supplied.",
  );
  const { data: check } = await job.checks.get(update);
  expect([check.output.annotations_count, check.output.summary]).toEqual([52, "changed"]);
  const page = await job.checks.listAnnotations({ ...update, per_page: 50, page: 2 });
  expect(page.data.map(({ message }) => message)).toEqual(["note 0", "note 1"]);
});

test.each([
  {
    what: "summary",
    output: { title: "t", summary: "x".repeat(65_536) },
    says: "Only 65535 characters are allowed; 65536",
  },
  {
    what: "text",
    output: { title: "t", summary: "s", text: "x".repeat(65_536) },
    says: "Only 65535 characters are allowed",
  },
  {
    what: "columns over lines",
    output: {
      title: "t",
      summary: "s",
      annotations: notes(1).map((note) => ({ ...note, end_line: 9, start_column: 1 })),
    },
    says: "columns are only for annotations of one line",
  },
])("is refused: $what", async ({ output, says }) => {
  const refused = await outcomeOf(job.checks.create({ ...at, name: "large", head_sha, output }));
  expect(refused).toMatch(/^422/);
  expect(refused).toContain(says);
});

test("a check is its App's: another App cannot change it, a person cannot make one", async () => {
  const { data } = await job.checks.create({ ...at, name: "mine", head_sha });
  const other = appClientOf(github, github.tokens.app({ slug: "other", permissions: { checks: "write" } }));
  const forged = { ...at, check_run_id: data.id, conclusion: "success" } as const;
  expect(await outcomeOf(other.checks.update(forged))).toMatch(/^403 Invalid app_id/);
  const ada = clientOf(github, github.tokens.of("ada"));
  expect(await outcomeOf(ada.checks.create({ ...at, name: "x", head_sha }))).toMatch(
    /^403 You must authenticate via a GitHub App/,
  );
});

test("the latest of each name, unless all are asked for", async () => {
  const make = (conclusion: "failure" | "success") => job.checks.create({ ...at, name: "again", head_sha, conclusion });
  await make("failure");
  await make("success");
  const asked = { ...at, ref: head_sha, check_name: "again" };
  const latest = await job.checks.listForRef(asked);
  expect(latest.data.check_runs.map(({ conclusion }) => conclusion)).toEqual(["success"]);
  const all = await job.checks.listForRef({ ...asked, filter: "all" });
  expect(all.data.check_runs.map(({ conclusion }) => conclusion)).toEqual(["success", "failure"]);
  expect(all.data.check_runs[0]?.pull_requests.map(({ number }) => number)).toEqual([1]);
});

test("statuses: the last of a context counts", async () => {
  const say = (state: "failure" | "success") =>
    job.repos.createCommitStatus({ ...at, sha: head_sha, state, context: "c" });
  await say("failure");
  await say("success");
  const { data } = await job.repos.getCombinedStatusForRef({ ...at, ref: "p" });
  expect([data.state, data.total_count]).toEqual(["success", 1]);
  const long = { ...at, sha: head_sha, state: "success", context: "c", description: "x".repeat(141) } as const;
  expect(await outcomeOf(job.repos.createCommitStatus(long))).toMatch(/^422/);
});

test("a run, and its artifact, which the storage gives without a token", async () => {
  const run = github.story.addRun({ workflow: "plan.yml", event: "pull_request", headSha: head_sha, headBranch: "p" });
  const { id } = github.story.addArtifact(run, "plan", { "plan.json": '{"changes":[]}' });
  const { data } = await job.actions.getWorkflowRun({ ...at, run_id: run.id });
  expect([data.path, data.event, data.head_sha, data.conclusion]).toEqual([
    ".github/workflows/plan.yml",
    "pull_request",
    head_sha,
    "success",
  ]);
  const zip = await job.actions.downloadArtifact({ ...at, artifact_id: id, archive_format: "zip" });
  expect(zipped(Buffer.from(zip.data as ArrayBuffer))).toEqual({ "plan.json": '{"changes":[]}' });
  const url = `${github.url}/repos/acme/state/actions/artifacts/${id}/zip`;
  const headers = { authorization: `token ${github.tokens.workflow(ALL)}` };
  const redirect = await fetch(url, { headers, redirect: "manual" });
  const place = redirect.headers.get("location") ?? "";
  expect([redirect.status, (await fetch(place)).status]).toEqual([302, 200]);
  expect((await fetch(place, { headers })).status).toBe(400);
  expect((await fetch(place.replace(/sig=./, "sig=-"))).status).toBe(403);
  Object.assign(github.repo.artifacts.get(id) ?? {}, { isExpired: true });
  expect(await outcomeOf(job.actions.downloadArtifact({ ...at, artifact_id: id, archive_format: "zip" }))).toMatch(
    /^410/,
  );
});

/** Read from the local headers, as far as a zip without data descriptors goes. */
function zipped(zip: Buffer): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (let place = 0; zip.readUInt32LE(place) === 0x04034b50; ) {
    const [method, size, name] = [
      zip.readUInt16LE(place + 8),
      zip.readUInt32LE(place + 18),
      zip.readUInt16LE(place + 26),
    ];
    const start = place + 30 + name;
    const content = zip.subarray(start, start + size);
    files[zip.toString("utf8", place + 30, start)] = (method === 0 ? content : inflateRawSync(content)).toString();
    place = start + size;
  }
  return files;
}

test("a dispatch is recorded and runs nothing", async () => {
  const asked = { ...at, workflow_id: "plan.yml", ref: "main", inputs: { pull: "1" } };
  await job.actions.createWorkflowDispatch(asked);
  const by = "github-actions[bot]";
  expect(github.repo.dispatches).toEqual([
    { workflow: ".github/workflows/plan.yml", ref: "main", inputs: { pull: "1" }, by },
  ]);
  expect(await outcomeOf(job.actions.createWorkflowDispatch({ ...asked, ref: "no" }))).toMatch(
    /^422 No ref found for: no/,
  );
  expect(await outcomeOf(job.actions.createWorkflowDispatch({ ...asked, workflow_id: "no.yml" }))).toMatch(/^404/);
});
