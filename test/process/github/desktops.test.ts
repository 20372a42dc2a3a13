/** The loop over desktops: made, changed and deleted by pull requests, beside a hub. */
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { startWorkspacesSandbox } from "../../../src/sandbox/workspaces/start-workspaces-sandbox.ts";
import type { Clock } from "../../../src/support/clock.ts";
import { systemClock } from "../../../src/support/system-clock.ts";
import { type Loop, openLoop } from "../../support/github-loop.ts";
import { keptComment, trackingIssues } from "../../support/github-sight.ts";
import { estateFile, peerFile } from "../../support/state-files.ts";
import { desktop, directory, HOUR } from "../../support/workspaces-estate.ts";

const ESTATE = `  providers: { wireguard: {}, workspaces: { accountId: "123456789012" } }\n`;
const RENEWAL_MS = 1_200_000;

test("a directory, a desktop and a peer by one pull request; then one deleted, and one changed once AWS lets it", async () => {
  await using sandbox = await openSandbox();
  await using loop = await openLoop();
  const { how } = sandbox;
  const land = (branch: string, files: Readonly<Record<string, string | null>>) =>
    landPull(loop, { branch, files, how });

  const first = await land("desktops", {
    "desired-state/reeve.yaml": estateFile(ESTATE),
    "desired-state/directory.yaml": directory(),
    "desired-state/jdoe.yaml": desktop("jdoe"),
    "desired-state/asmith.yaml": desktop("asmith"),
    ...peerFile("jdoe", 12),
  });
  expect(first.planned.code).toBe(0);
  expect(first.before).toEqual([]);
  expect(first.applied).toMatchObject({ code: 0 });
  expect(sandbox.look()).toEqual(["asmith", "jdoe"]);
  expect(loop.live()).toContain("10.8.0.12/32");
  expect(await keptComment(loop, first.number, "apply:robco")).toContain("ready after");

  const second = await land("leaves", {
    "desired-state/asmith.yaml": null,
    "desired-state/jdoe.yaml": desktop("jdoe", { more: "compute: performance" }),
  });
  const comment = second.planned.files["comment.md"] ?? "";
  expect(comment.indexOf("asmith")).toBeLessThan(comment.indexOf("jdoe"));
  // AWS changes no desktop that is younger than six hours: the rest is done, this waits for the run that is repeated.
  expect(second.applied).toMatchObject({ code: 1 });
  expect(sandbox.look()).toEqual(["jdoe"]);
  expect(await keptComment(loop, second.number, "apply:robco")).toContain("apply again after");
  expect(await trackingIssues(loop)).toMatchObject([{ state: "open" }]);
  sandbox.pass(7 * HOUR);
  expect(await loop.apply(second.main, how)).toMatchObject({ code: 0 });
  expect(await trackingIssues(loop)).toMatchObject([{ state: "closed" }]);

  const { files } = await loop.propose("nothing", { "README.md": "The same\n" }, how);
  expect(JSON.parse(files["plan.json"] ?? "")).toMatchObject({ changes: [] });

  async function landPull(
    { github }: Loop,
    {
      branch,
      files: changed,
      how: options,
    }: { branch: string; files: Readonly<Record<string, string | null>>; how: typeof how },
  ) {
    const planned = await loop.propose(branch, changed, options);
    const before = sandbox.look();
    const main = await github.headOf("main");
    await github.merge(planned.number, "squash", "ada");
    return { number: planned.number, main, planned, before, applied: await loop.apply(main, options) };
  }
});

/** AWS's stand-in, in whose time the jobs live: what they wait for comes at once. */
async function openSandbox() {
  const start = new Date("2026-10-20T08:00:00Z");
  let passed = start.getTime();
  const sandbox = await startWorkspacesSandbox({ quota: 100, start, realNow: () => passed });
  const clock: Clock = {
    now: sandbox.now,
    sleep: async (milliseconds, signal) => {
      // The renewal of the lock is nothing that anybody waits for.
      if (milliseconds >= RENEWAL_MS) return systemClock.sleep(milliseconds, signal);
      passed += milliseconds;
      sandbox.advance(milliseconds / 1000);
      await setImmediate();
    },
  };
  const environment = {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_ACCESS_KEY_ID: "REEVESANDBOX",
    AWS_SECRET_ACCESS_KEY: "reeve-sandbox",
  };
  return {
    how: { clock, environment },
    pass: (seconds: number) => {
      passed += seconds * 1000;
      sandbox.advance(seconds);
    },
    look: () =>
      Object.values(sandbox.world.regions)
        .flatMap((region) => Object.values(region.desktops))
        .flatMap(({ wire }) => (wire.State.startsWith("TERM") ? [] : [wire.UserName]))
        .toSorted(),
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}
