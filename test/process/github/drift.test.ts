/** Drift from day to day: it appears, stays, changes, goes and comes back; one issue tells it all. */
import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import type { FaultKind } from "../../fakes/github/faults.ts";
import { watchDrift } from "../../support/drift-watch.ts";
import { openLoop } from "../../support/github-loop.ts";
import { noPeer, peerFile } from "../../support/state-files.ts";

const KEEPALIVE = "  keepalive: 40s";

test("appears, stays, changes, goes, comes back: one issue, and no word of what is said already", async () => {
  await using loop = await openLoop();
  using watch = watchDrift(loop);
  const { github } = loop;
  expect(await watch.look()).toMatchObject({ code: 0, out: "0 differences, 0 put back, 0 not looked at\n" });
  expect(await watch.issues()).toEqual([]);

  await loop.changeWorld(peerFile("alice", 10, KEEPALIVE));
  const seen = await watch.look({ day: 4 });
  expect(seen).toMatchObject({ code: 0, out: "1 difference, 0 put back, 0 not looked at; issue #1\n" });
  const [issue] = await watch.issues();
  expect(issue).toMatchObject({ number: 1, state: "open", author: "github-actions[bot]", labels: ["reeve-drift"] });
  expect(issue?.body).toMatch(/^<!-- reeve:drift:robco /);
  expect(issue?.body).toContain("1 resource of robco not as the documents say");
  expect(issue?.body).toMatch(
    /alice.*2026-05-04 06:00 UTC.*keepalive: 40s -&gt; \(none\).*reeve apply --only WireGuardPeer\/alice/,
  );
  expect(seen.summary).toContain("1 resource of robco");

  github.clearLog();
  await watch.look();
  expect(github.writes()).toEqual([]);

  await loop.changeWorld({ ...peerFile("alice", 10, KEEPALIVE), ...noPeer("bert") });
  await watch.look({ day: 6, isByHand: true });
  expect(github.writes()).toEqual(["PATCH /issues/1"]);
  const [grown, ...others] = await watch.issues();
  expect(others).toEqual([]);
  expect(grown?.body).toMatch(/alice.*2026-05-04 06:00 UTC/);
  expect(grown?.body).toMatch(/bert.*2026-05-06 06:00 UTC/);

  await loop.applyByHand();
  github.clearLog();
  expect(await watch.look({ day: 7 })).toMatchObject({ code: 0 });
  expect(github.writes()).toEqual(["PATCH /issues/1"]);
  expect(await watch.issues()).toMatchObject([{ number: 1, state: "closed" }]);
  expect((await watch.issues())[0]?.body).toContain("All of robco is as its documents say");
  github.clearLog();
  await watch.look({ day: 8 });
  expect(github.writes()).toEqual([]);

  await loop.changeWorld(peerFile("alice", 10, KEEPALIVE));
  await watch.look({ day: 9 });
  const again = await watch.issues();
  expect(again).toMatchObject([{ number: 1, state: "open" }]);
  expect(again[0]?.body).toMatch(/alice.*2026-05-09 06:00 UTC/);
});

test("somebody else's issue with our label and our key is theirs; one that somebody edited is set right", async () => {
  await using loop = await openLoop();
  using watch = watchDrift(loop);
  const { github } = loop;
  const forged = await fetch(`${github.url}/repos/acme/state/issues`, {
    method: "POST",
    headers: { authorization: `Bearer ${github.tokens.of("bob")}`, "content-type": "application/json" },
    body: JSON.stringify({
      title: "Drift",
      body: "<!-- reeve:drift:robco {} -->\nall is well",
      labels: ["reeve-drift"],
    }),
  });
  expect(forged.status).toBe(201);
  await loop.changeWorld(peerFile("alice", 10, KEEPALIVE));
  await watch.look();
  const [ours, theirs] = (await watch.issues()).toSorted((a, b) => b.number - a.number);
  expect(theirs).toMatchObject({ author: "bob", state: "open", body: expect.stringContaining("all is well") });
  expect(ours).toMatchObject({ author: "github-actions[bot]" });

  await fetch(`${github.url}/repos/acme/state/issues/${ours?.number}`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${github.tokens.of("ada")}`, "content-type": "application/json" },
    body: JSON.stringify({ body: ours?.body.replace("not as the documents say", "fine") ?? "" }),
  });
  await watch.look();
  expect((await watch.issues()).find(({ number }) => number === ours?.number)?.body).toContain(
    "not as the documents say",
  );
  expect(await watch.issues()).toHaveLength(2);
});

test.each<FaultKind>(["drop-after", "error-after", "truncated"])(
  "GitHub's answer to the new issue: %s; there is one issue",
  async (kind) => {
    await using loop = await openLoop();
    using watch = watchDrift(loop);
    await loop.changeWorld(noPeer("alice"));
    loop.github.inject({ operation: "POST /repos/{owner}/{repo}/issues", kind });
    expect(await watch.look()).toMatchObject({ code: 0 });
    await watch.look();
    expect(await watch.issues()).toHaveLength(1);
  },
);

test("what cannot be read is no drift and no end of it: the job fails, the issue stays and says so", async () => {
  await using loop = await openLoop();
  using watch = watchDrift(loop);
  const hub = execFileSync("git", ["--git-dir", loop.github.dir, "show", "main:desired-state/hub-eu.yaml"], {
    encoding: "utf8",
  });
  const file = /configFile: (.+)/.exec(hub)?.[1] ?? "";
  const hide = (): void => {
    renameSync(file, `${file}.aside`);
    mkdirSync(file);
  };
  const show = (): void => {
    rmSync(file, { recursive: true });
    renameSync(`${file}.aside`, file);
  };
  hide();
  expect(await watch.look()).toMatchObject({ code: 1, out: "0 differences, 0 put back, 1 not looked at\n" });
  expect(await watch.issues()).toEqual([]);
  show();
  await loop.changeWorld(peerFile("alice", 10, KEEPALIVE));
  await watch.look({ day: 4 });
  hide();
  expect(await watch.look()).toMatchObject({ code: 1 });
  const [issue] = await watch.issues();
  expect(issue).toMatchObject({ state: "open" });
  expect(issue?.body).toMatch(/Not looked at\n\n- <code>WireGuardHub\/hub-eu<\/code>: hub-eu cannot be read/);
  show();
  expect(await watch.look()).toMatchObject({ code: 0 });
  expect((await watch.issues())[0]?.body).toMatch(/alice.*2026-05-04 06:00 UTC/);
});

test("documents with errors: the job fails, and nothing is said of the world", async () => {
  await using loop = await openLoop();
  using watch = watchDrift(loop);
  await loop.github.pushTo("main", { "desired-state/peers/bad.yaml": "kind: WireGuardPeer\n" }, { by: "ada" });
  loop.github.clearLog();
  const { code, err } = await watch.look();
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("desired-state/peers/bad.yaml") });
  expect(loop.github.writes()).toEqual([]);
});

test("the action's own entry point", async () => {
  await using loop = await openLoop();
  using watch = watchDrift(loop);
  await loop.changeWorld(noPeer("alice"));
  expect(await watch.look({ isChild: true })).toMatchObject({ code: 0 });
  expect(await watch.issues()).toHaveLength(1);
});
