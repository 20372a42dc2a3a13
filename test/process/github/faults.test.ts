/** GitHub fails at every write of the loop: nothing is said twice, nothing is lost. */
import { expect, test } from "vitest";
import type { FaultKind } from "../../fakes/github/faults.ts";
import type { OperationName } from "../../fakes/github/operations.ts";
import { openLoop } from "../../support/github-loop.ts";
import { checksOf, commentsOf, keptComment, trackingIssues } from "../../support/github-sight.ts";
import { peerFile } from "../../support/state-files.ts";

const KINDS: readonly FaultKind[] = [
  "drop-before",
  "drop-after",
  "error-before",
  "error-after",
  "truncated",
  "secondary-limit",
  "unavailable",
];

/** One of each sort, where every case takes a repository of its own. */
const SORTS: readonly FaultKind[] = ["drop-after", "error-before", "truncated"];

const REPO = "/repos/{owner}/{repo}";

test.each<{ readonly operation: OperationName }>([
  { operation: `POST ${REPO}/issues/{issue_number}/comments` },
  { operation: `PATCH ${REPO}/issues/comments/{comment_id}` },
  { operation: `POST ${REPO}/check-runs` },
  { operation: `GET ${REPO}/issues/{issue_number}/comments` },
])("plan: $operation", async ({ operation }) => {
  await using loop = await openLoop();
  const { github } = loop;
  for (const [index, kind] of KINDS.entries()) {
    const { number } = await github.openPull({ branch: kind, author: "bob", files: peerFile(kind, 20 + index) });
    if (operation.startsWith("PATCH")) {
      await loop.plan(number);
      await github.pushTo(kind, peerFile(`${kind}-2`, 40 + index), { by: "bob" });
    }
    github.inject({ operation, kind });
    const { code, err } = await loop.plan(number);
    expect({ kind, code, err }).toMatchObject({ code: 0 });
    expect(await keptComment(loop, number, "plan:robco")).toContain("to create");
    expect(await commentsOf(loop, number)).toHaveLength(1);
    expect(await checksOf(loop, await github.headOf(kind), "reeve plan"), kind).toHaveLength(1);
  }
});

test.each<{ readonly operation: OperationName }>([
  { operation: `POST ${REPO}/git/commits` },
  { operation: `PATCH ${REPO}/git/refs/{ref}` },
  { operation: `POST ${REPO}/check-runs` },
  { operation: `POST ${REPO}/issues/{issue_number}/comments` },
  { operation: `GET ${REPO}/actions/artifacts/{artifact_id}/{archive_format}` },
])("apply: $operation", async ({ operation }) => {
  await using loop = await openLoop();
  const { github } = loop;
  for (const [index, kind] of KINDS.entries()) {
    const { number } = await loop.propose(kind, peerFile(kind, 20 + index));
    const before = await github.headOf("main");
    const merged = await github.merge(number, "squash", "ada");
    github.inject({ operation, kind });
    const { code, err } = await loop.apply(before);
    expect({ kind, code, err }).toMatchObject({ code: 0 });
    expect(loop.live()).toContain(`10.8.0.${20 + index}/32`);
    expect(await keptComment(loop, number, "apply:robco")).toContain("1 done");
    expect(await checksOf(loop, merged, "reeve apply"), kind).toHaveLength(1);
  }
  expect(await trackingIssues(loop)).toEqual([]);
});

test.each(SORTS)("the first lock of a repository: %s", async (kind) => {
  await using loop = await openLoop();
  const { github } = loop;
  const { number } = await loop.propose("carol", peerFile("carol", 20));
  const before = await github.headOf("main");
  await github.merge(number, "squash", "ada");
  github.inject({ operation: `POST ${REPO}/git/refs`, kind });
  expect((await loop.apply(before)).code).toBe(0);
  expect(loop.live()).toContain("10.8.0.20/32");
});

test.each(SORTS)("the tracking issue: %s", async (kind) => {
  await using loop = await openLoop();
  const { github } = loop;
  const before = await github.headOf("main");
  await github.pushTo("main", peerFile("carol", 20), { by: "bob" });
  github.inject({ operation: `POST ${REPO}/issues`, kind });
  expect((await loop.apply(before)).code).toBe(1);
  expect(await trackingIssues(loop)).toMatchObject([{ state: "open" }]);
});

test("annotations in pages, one of which is lost", async () => {
  await using loop = await openLoop();
  const files = Object.assign({}, ...Array.from({ length: 120 }, (_, index) => peerFile(`p${index}`, 300 + index)));
  for (const kind of ["drop-after", "error-before"] as const) {
    loop.github.inject({ operation: `PATCH ${REPO}/check-runs/{check_run_id}`, kind });
    const { head, code } = await loop.propose(kind, { ...files, ...peerFile(kind, 250) });
    expect(code).toBe(0);
    const [check, ...others] = await checksOf(loop, head, "reeve plan");
    expect(others).toEqual([]);
    const lines = check?.annotations.map((annotation) => JSON.stringify(annotation)) ?? [];
    expect(lines).toHaveLength(121);
    expect(new Set(lines).size).toBe(121);
  }
});

test("GitHub is down: the job fails and says so, without a stack", async () => {
  await using loop = await openLoop();
  const { number } = await loop.github.openPull({ branch: "p", author: "bob", files: peerFile("carol", 12) });
  loop.github.inject({ operation: `GET ${REPO}/issues/{issue_number}/comments`, kind: "unavailable", times: 20 });
  const { code, err } = await loop.plan(number);
  expect(code).toBe(1);
  expect(err).toMatch(/GitHub answered 503 to comments of \d+/);
  expect(loop.github.writes()).toEqual([]);
});

test("an hour's requests are used up: the job says so and does not sleep for an hour", async () => {
  await using loop = await openLoop();
  const { number } = await loop.github.openPull({ branch: "p", author: "bob", files: peerFile("carol", 12) });
  loop.github.inject({ operation: `GET ${REPO}/issues/{issue_number}/comments`, kind: "rate-limit", times: 20 });
  const { code, err } = await loop.plan(number);
  expect(code).toBe(1);
  expect(err).toContain("rate limit");
});
