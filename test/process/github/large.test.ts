/** A plan of 5,000 changes: few requests, shown as far as there is room, and held until what was not shown is acknowledged. */
import { expect, test } from "vitest";
import { openLoop } from "../../support/github-loop.ts";
import { commentsOf, keptComment, lastCheck } from "../../support/github-sight.ts";
import { peerFile } from "../../support/state-files.ts";

const COUNT = 5000;
const FIRST = 1024;

test("5,000 changes", async () => {
  await using loop = await openLoop();
  const { github } = loop;
  const documents = Array.from({ length: COUNT }, (_, index) =>
    Object.values(peerFile(`swarm-${index}`, FIRST + index)).join(""),
  );
  const { number } = await github.openPull({
    branch: "swarm",
    author: "bob",
    files: { "desired-state/swarm.yaml": documents.join("\n---\n") },
  });
  const event = await github.events.pullOpened(number);
  github.clearLog();
  const planned = await loop.plan(number, { event });
  expect(planned.code).toBe(0);
  expect(github.log.map(({ operation }) => operation.replace("/repos/{owner}/{repo}", ""))).toEqual([
    "GET /issues/{issue_number}/comments",
    "POST /issues/{issue_number}/comments",
    "POST /check-runs",
    "PATCH /check-runs/{check_run_id}",
    "PATCH /check-runs/{check_run_id}",
  ]);
  expect(await commentsOf(loop, number)).toHaveLength(1);
  const { digest } = JSON.parse(planned.files["plan.json"] ?? "") as { readonly digest: string };
  expect(JSON.parse(planned.files["verdict.json"] ?? "")).toMatchObject({ isShownWhole: false });
  expect(await keptComment(loop, number, "plan:robco")).toContain(digest);

  const before = await github.headOf("main");
  const merged = await github.merge(number, "squash", "ada");
  const held = await loop.apply(before);
  expect(held.code).toBe(1);
  expect(held.out).toContain(`not all of its plan could be shown: commit an Acknowledgement with spec.plan: ${digest}`);
  expect(await lastCheck(loop, merged, "reeve apply")).toMatchObject({ conclusion: "action_required" });
  expect(loop.live()).not.toContain("swarm-");

  const consent = `apiVersion: reeve.dev/v1\nkind: Acknowledgement\nmetadata: { name: swarm }\nspec: { plan: "${digest}", reason: All of them }\n`;
  const next = await loop.propose("consent", { "desired-state/ack.yaml": consent });
  await github.merge(next.number, "squash", "ada");
  expect(await loop.apply(merged)).toMatchObject({ code: 0 });
  expect(loop.live().match(/reeve-peer: swarm-/g)).toHaveLength(COUNT);
});
