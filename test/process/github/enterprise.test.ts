/** The loop on a GitHub Enterprise Server, and as a GitHub App whose key alone is known, with teams in the policy. */
import { expect, test } from "vitest";
import { openLoop } from "../../support/github-loop.ts";
import { commentsOf, lastCheck } from "../../support/github-sight.ts";
import { peerFile } from "../../support/state-files.ts";

const TEAMS = `  providers: { wireguard: {} }
  policy:
    rules:
      - match: { kinds: [WireGuardPeer] }
        changeBy: ["team:makers"]
        approvals: [{ count: 1, from: ["team:keepers"] }]
`;

test("an Enterprise server's own address", async () => {
  await using loop = await openLoop({ prefix: "/api/v3" });
  const { number } = await loop.propose("p", peerFile("carol", 12), { isChild: true });
  const before = await loop.github.headOf("main");
  await loop.github.merge(number, "merge", "ada");
  expect(await loop.apply(before, { isChild: true })).toMatchObject({ code: 0 });
  expect(loop.live()).toContain("10.8.0.12/32");
});

test("an App: it finds its installation, its comments and its checks again, and reads teams", async () => {
  await using loop = await openLoop({ estate: TEAMS, teams: { makers: ["bob"], keepers: ["carol"] } });
  const { app, privateKey } = loop.github.tokens.app({
    slug: "reeve-acme",
    permissions: {
      actions: "write",
      checks: "write",
      contents: "write",
      issues: "write",
      members: "read",
      pull_requests: "write",
    },
  });
  const environment = { REEVE_GITHUB_APP_ID: String(app.id), REEVE_GITHUB_APP_KEY: privateKey };
  const { number, head } = await loop.propose("p", peerFile("carol", 12), { environment });
  await loop.github.review(number, "carol", "APPROVE");
  await loop.plan(number, { environment });
  expect((await commentsOf(loop, number)).map(({ author }) => author)).toEqual(["reeve-acme[bot]"]);
  expect(await lastCheck(loop, head, "reeve plan")).toMatchObject({ conclusion: "success" });

  for (const [branch, address] of [
    ["first", null],
    ["second", 13],
  ] as const) {
    const before = await loop.github.headOf("main");
    const next =
      address === null ? number : (await loop.propose(branch, peerFile(branch, address), { environment })).number;
    if (address !== null) await loop.github.review(next, "carol", "APPROVE");
    await loop.github.merge(next, "squash", "ada");
    const { code, out, err } = await loop.apply(before, { environment });
    expect({ code, out, err }).toMatchObject({ code: 0 });
  }
  expect(loop.live()).toMatch(/10\.8\.0\.12\/32[^]*10\.8\.0\.13\/32/);
});

test("a workflow's own token cannot read teams: nobody is in them, and the verdict says so", async () => {
  await using loop = await openLoop({ estate: TEAMS, teams: { makers: ["bob"], keepers: ["carol"] } });
  const { number, head } = await loop.propose("p", peerFile("carol", 12));
  await loop.github.review(number, "carol", "APPROVE");
  const { files } = await loop.plan(number);
  expect(files["comment.md"]).toContain("team:makers");
  expect(await lastCheck(loop, head, "reeve plan")).toMatchObject({ conclusion: "action_required" });
});
