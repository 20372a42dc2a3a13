/** The apply lock against GitHub's own refs: of several that reach for it, one has it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { GitHubWriter } from "../../../src/github/client/github.ts";
import { openGitHubWriter } from "../../../src/github/client/open-github.ts";
import { breakLock, type HeldLock, type LockOptions, takeLock } from "../../../src/github/lock.ts";
import { directCalls } from "../../../src/support/calls.ts";
import { systemClock } from "../../../src/support/system-clock.ts";
import { UserError } from "../../../src/support/user-error.ts";
import { ALL } from "../../fakes/github/client.ts";
import { type GitHub, openGitHub } from "../../fakes/github/open-github.ts";
import { hurryTimers } from "../../support/hurry-timers.ts";

const REPO = "/repos/{owner}/{repo}";
const REF = "refs/reeve/apply-lock/robco";
const HOUR = 3_600_000;

let github: GitHub;
let writer: GitHubWriter;
let calm: () => void;
beforeEach(async () => {
  calm = hurryTimers();
  github = await openGitHub();
  writer = await openGitHubWriter({
    repository: { owner: "acme", name: "state" },
    environment: { GITHUB_TOKEN: github.tokens.workflow(ALL), GITHUB_API_URL: github.url, GITHUB_ACTIONS: "true" },
    calls: directCalls,
    onWait: () => undefined,
    signal: new AbortController().signal,
  });
});
afterEach(async () => {
  calm();
  await github.close();
});

function options(run: string, minutes = 0, lifetime = HOUR): LockOptions {
  const now = () => new Date(Date.UTC(2026, 2, 2, 9, minutes));
  const owner = { run, url: `https://github.test/${run}`, actor: run };
  return { github: writer, clock: { ...systemClock, now }, estate: "robco", owner, lifetime };
}

/** Who has it: `held by …`, or that it was taken. */
async function outcome(taking: Promise<HeldLock>): Promise<string> {
  try {
    await taking;
    return "taken";
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
}

async function states(): Promise<readonly string[]> {
  const log = await github.repo.git.out("log", "--format=%B", REF);
  return log.split("\n").flatMap((line) => (line === "" ? [] : [(JSON.parse(line) as { state: string }).state]));
}

test("taken, refused to others, released, taken again: one commit each, none of them with a file", async () => {
  const held = await takeLock(options("ann"));
  expect(await outcome(takeLock(options("ben")))).toContain(
    "held by ann (https://github.test/ann) until 2026-03-02T10:00",
  );
  await held.release();
  await takeLock(options("ben"));
  expect(await states()).toEqual(["held", "released", "held"]);
  expect(await github.repo.git.out("ls-tree", "-r", REF)).toBe("");
});

test("the same run that asks again has it already", async () => {
  await takeLock(options("ann"));
  expect(await outcome(takeLock(options("ann")))).toBe("taken");
});

test.each([
  { name: "before its end", minutes: 59, says: "held by ann" },
  { name: "at its end", minutes: 60, says: "taken" },
])("of a run that died, $name: $says", async ({ minutes, says }) => {
  await takeLock(options("ann"));
  expect(await outcome(takeLock(options("ben", minutes)))).toContain(says);
});

test("a renewal puts the end later", async () => {
  const held = await takeLock(options("ann"));
  const later = await takeLock(options("ann", 30));
  expect(await held.renew()).toBe(false);
  expect(await later.renew()).toBe(true);
  expect(await outcome(takeLock(options("ben", 60)))).toContain("held by ann");
});

test("two reach for one that was never there: one has it", async () => {
  const outcomes = await Promise.all([outcome(takeLock(options("ann"))), outcome(takeLock(options("ben")))]);
  expect(outcomes.filter((one) => one === "taken")).toHaveLength(1);
});

test("two reach for one whose time is over, the other a moment sooner: the compare-and-swap fails", async () => {
  await takeLock(options("ann"));
  github.before(`PATCH ${REPO}/git/refs/{ref}`, () => takeLock(options("cid", 60)));
  expect(await outcome(takeLock(options("ben", 60)))).toContain("held by cid");
  expect(await states()).toEqual(["held", "held"]);
});

test("a lock that was broken and taken by another is neither renewed nor released by its first holder", async () => {
  const held = await takeLock(options("ann"));
  expect(await breakLock(options("zoe"), "ann is dead")).toContain("ann (https://github.test/ann)");
  await takeLock(options("ben"));
  expect(await held.renew()).toBe(false);
  await held.release();
  expect(await states()).toEqual(["held", "released", "held"]);
});

test("nobody holds it: there is nothing to break", async () => {
  expect(await breakLock(options("zoe"), "why not")).toBeNull();
  await (await takeLock(options("ann"))).release();
  expect(await breakLock(options("zoe"), "why not")).toBeNull();
});

test("it changes hands while it is broken: the new holder keeps it", async () => {
  await takeLock(options("ann"));
  github.before(`PATCH ${REPO}/git/refs/{ref}`, () => takeLock(options("ben", 60)));
  await expect(breakLock(options("zoe"), "ann is dead")).rejects.toThrow("changed hands");
  expect(await outcome(takeLock(options("cid", 60)))).toContain("held by ben");
});

test("estates have a lock each", async () => {
  await takeLock(options("ann"));
  expect(await outcome(takeLock({ ...options("ben"), estate: "robco.two" }))).toBe("taken");
});

test.each(["{}", '{"state":"held"}', '{"state":"held","owner":{"run":"ben"},"until":"soon"}', "[]", "released"])(
  "what nobody can read counts as held: %s",
  async (message) => {
    const person = { name: "x", email: "x@example.com", date: new Date() };
    const tree = await github.repo.git.writeTree(null, []);
    const commit = await github.repo.git.writeCommit({ tree, parents: [], message, author: person, committer: person });
    await github.repo.git.run(["update-ref", REF, commit]);
    expect(await outcome(takeLock(options("ben", 60)))).toContain("something that Reeve did not write");
    expect(await breakLock(options("zoe"), "a person looked")).toContain("did not write");
    expect(await outcome(takeLock(options("ben", 60)))).toBe("taken");
  },
);
