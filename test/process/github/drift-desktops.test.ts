/** Desktops that somebody changed in the console: each is recorded in its document, or the issue says why not. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openGitHub } from "../../fakes/github/open-github.ts";
import { watchDrift } from "../../support/drift-watch.ts";
import { type Bench, directory, document, openEstate } from "../../support/workspaces-estate.ts";

/** Every read tells the truth at once. */
const RULES = { throttle: null, taggingThrottle: null, invisibleSeconds: 0, staleSeconds: 0, taggingLagSeconds: 0 };

interface Row {
  readonly user: string;
  /** Below `spec:`, beside user and placement. */
  readonly before: readonly string[];
  readonly act: (bench: Bench, user: string) => void;
  /** The same lines, as the pull request has them; null where it leaves them. */
  readonly after: readonly string[] | null;
  /** What the issue says where it is not recorded. */
  readonly note?: RegExp;
}

/** AWS starts a desktop that is to run always. */
function alwaysOn(bench: Bench, user: string): void {
  bench.edit(user, "State", "AVAILABLE");
  bench.edit(user, "RunningMode", "ALWAYS_ON");
}

const STANDARD = "  bundle: standard # as ordered";

const ROWS: readonly Row[] = [
  {
    user: "ann",
    before: [STANDARD],
    act: (bench, user) => bench.edit(user, "ComputeTypeName", "PERFORMANCE"),
    // The bundle's own compute type is no wish of the document: nothing differs.
    after: null,
  },
  {
    user: "bob",
    before: [STANDARD, "  compute: standard # cheap"],
    act: (bench, user) => bench.edit(user, "ComputeTypeName", "PERFORMANCE"),
    after: [STANDARD, "  compute: performance # cheap"],
  },
  {
    user: "cal",
    before: [STANDARD, "  running:", "    mode: auto-stop", "    afterIdle: 2h # lunch"],
    act: (bench, user) => bench.edit(user, "RunningModeAutoStopTimeoutInMinutes", "180"),
    after: [STANDARD, "  running:", "    mode: auto-stop", "    afterIdle: 3h # lunch"],
  },
  {
    user: "dee",
    before: [STANDARD],
    act: alwaysOn,
    after: [STANDARD, "  running: { mode: always-on }"],
  },
  {
    user: "eve",
    before: [STANDARD, "  volumes: { rootGib: 80, userGib: 50 }"],
    act: (bench, user) => bench.edit(user, "UserVolumeSizeGib", "100"),
    // No change of the plan, since volumes never shrink; and no longer ignored.
    after: [STANDARD, "  volumes: { rootGib: 80, userGib: 100 }"],
  },
  {
    user: "fay",
    before: [STANDARD, "  tags:", "    team: red", "    cost: a1"],
    act: (bench, user) => {
      bench.edit(user, "Tags.team", "@everyone: x");
      bench.edit(user, "Tags.cost", "");
    },
    after: [STANDARD, "  tags:", '    team: "@everyone: x"'],
  },
  {
    user: "jon",
    before: [STANDARD, "  tags: { team: red }"],
    act: (bench, user) => bench.edit(user, "Tags.team", "</details> @everyone | #1"),
    after: null,
    note: /jon.*not recorded: its document would be wrong/,
  },
  {
    user: "gil",
    before: ["  blueprint: fixed"],
    act: alwaysOn,
    after: null,
    note: /gil.*not recorded: its document would be wrong: WorkspaceBlueprint\/fixed does not let its desktops choose how they run/,
  },
  {
    user: "hal",
    before: [STANDARD],
    act: (bench, user) => bench.edit(user, "Protocols", "PCOIP"),
    after: null,
    note: /hal.*not recorded: protocol is Reeve's own to set/,
  },
  {
    user: "ida",
    before: [STANDARD],
    act: (bench, user) => bench.act("vanish", user),
    after: null,
    note: /ida.*not recorded: it is gone/,
  },
];

function fileOf(user: string): string {
  return `desired-state/desktops/${user}.yaml`;
}

function documentOf({ user }: Row, lines: readonly string[]): string {
  return [
    "apiVersion: reeve.dev/v1",
    "kind: Workspace",
    `metadata: { name: ${user} }`,
    "spec:",
    `  user: ${user}`,
    "  placement: { directory: oregon }",
    ...lines,
    "",
  ].join("\n");
}

test("what was changed in the console is recorded, comments kept, and a plan of the branch is empty for it", async () => {
  const bench = await openEstate({ rules: RULES });
  const documents = ROWS.map((row) => documentOf(row, row.before));
  const places = [directory(), document("WorkspaceBlueprint", "fixed", "bundle: standard")];
  bench.write(...places, ...documents);
  await bench.apply();
  bench.pass(86_400);
  await bench.apply();
  expect((await bench.plan()).changes).toEqual([]);
  for (const { user, act } of ROWS) act(bench, user);
  bench.forget();

  const estate = readFileSync(join(bench.root, "desired-state/reeve.yaml"), "utf8");
  const files = {
    "desired-state/reeve.yaml": estate.replace("safety: {", "safety: { modes: { Workspace: propose },"),
    "desired-state/places.yaml": places.join("---\n"),
    ...Object.fromEntries(ROWS.map((row) => [fileOf(row.user), documentOf(row, row.before)])),
  };
  await using github = await openGitHub({ files });
  using watch = watchDrift({ github });
  const main = await github.headOf("main");
  github.story.addRun({ workflow: "apply.yml", event: "push", headSha: main });
  await fetch(`${github.url}/repos/acme/state/check-runs`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${github.tokens.workflow({ checks: "write" })}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ name: "reeve apply", head_sha: main, status: "completed", conclusion: "success" }),
  });
  const look = () =>
    watch.look({
      rights: "propose",
      clock: { now: bench.sandbox.now, sleep: async (milliseconds) => bench.pass(milliseconds / 1000) },
      environment: {
        AWS_ENDPOINT_URL: bench.sandbox.endpoint,
        AWS_ACCESS_KEY_ID: "REEVESANDBOX",
        AWS_SECRET_ACCESS_KEY: "reeve-sandbox",
      },
    });
  expect(await look()).toMatchObject({ code: 0, err: expect.not.stringContaining("error") });
  expect(bench.writes()).toEqual([]);

  const git = (...args: readonly string[]) =>
    execFileSync("git", ["--git-dir", github.dir, ...args], { encoding: "utf8" });
  for (const row of ROWS) {
    const text = git("show", `reeve/drift/robco:${fileOf(row.user)}`);
    expect(text).toBe(documentOf(row, row.after ?? row.before));
  }
  const [issue] = await watch.issues();
  expect(issue?.body).not.toMatch(/<\/details>|@everyone/);
  for (const { note } of ROWS) if (note !== undefined) expect(issue?.body).toMatch(note);
  expect(issue?.body).not.toMatch(/bob.*not recorded/);

  bench.write(...places, ...ROWS.map((row) => documentOf(row, row.after ?? row.before)));
  const left = await bench.plan();
  expect(left.changes.map(({ name }) => name).toSorted()).toEqual(["gil", "hal", "ida", "jon"]);
  expect(left.ignored).toEqual([]);

  github.clearLog();
  await look();
  expect(github.writes()).toEqual([]);
});
