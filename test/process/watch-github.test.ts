/** The daemon beside GitHub: the apply lock is the one that Actions take, and what is to be proposed gets its pull request. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ALL } from "../fakes/github/client.ts";
import { git, modes, openApplied, pulls } from "../support/drift-loop.ts";
import type { Loop } from "../support/github-loop.ts";
import { runReeve } from "../support/reeve.ts";
import { peerFile } from "../support/state-files.ts";

interface Host {
  once(): ReturnType<typeof runReeve>;
  [Symbol.dispose](): void;
}

/** A host that watches the repository. */
function hostOf({ github }: Loop, more = ""): Host {
  const folder = mkdtempSync(join(tmpdir(), "reeve-watch-"));
  const config = join(folder, "watch.yaml");
  const lines = [
    `repository: { url: ${github.dir} }`,
    `folder: ${folder}/daemon`,
    "github: { repository: acme/state }",
    more,
  ];
  writeFileSync(config, lines.join("\n"));
  const environment = {
    GITHUB_TOKEN: github.tokens.workflow(ALL),
    GITHUB_API_URL: github.url,
    GITHUB_ACTIONS: "true",
  };
  return {
    once: () => runReeve(["watch", "--once", "--config", config], { cwd: folder, environment }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

test("commits are applied under the repository's own lock, and drift is proposed once", async () => {
  await using loop = await openApplied(modes("WireGuardPeer: propose"));
  using host = hostOf(loop);
  expect(await host.once()).toMatchObject({ code: 0 });
  await loop.github.pushTo("main", peerFile("bob", 30), { by: "ada" });
  expect(await host.once()).toMatchObject({ code: 0, stderr: expect.stringContaining("done=1") });
  const entries = git(loop, "log", "--format=%B", "refs/reeve/apply-lock/robco");
  expect(entries).toContain('"run":"watch-');
  expect(entries.split("\n")[0]).toContain('"state":"released"');
  await loop.changeWorld(peerFile("alice", 10, "  keepalive: 40s\n"));
  for (let turn = 0; turn < 2; turn += 1) expect(await host.once()).toMatchObject({ code: 0 });
  expect(await pulls(loop)).toMatchObject([{ body: expect.stringContaining("**, as reeve watch found it.") }]);
  expect(git(loop, "diff", "-U0", "main", "reeve/drift/robco")).toContain("+  keepalive: 40s");
});

test("drift is in one issue, which closes when it is over; a commit that is applied is none", async () => {
  await using loop = await openApplied(modes("WireGuardPeer: report"));
  using host = hostOf(loop);
  await host.once();
  await loop.github.pushTo("main", peerFile("bob", 30), { by: "ada" });
  expect(await host.once()).toMatchObject({ code: 0, stderr: expect.stringContaining("done=1") });
  expect(await issues(loop)).toEqual([]);
  await loop.changeWorld({ ...peerFile("alice", 10, "  keepalive: 40s\n"), ...peerFile("bob", 30) });
  for (let turn = 0; turn < 2; turn += 1) expect(await host.once()).toMatchObject({ code: 0 });
  expect(await issues(loop)).toEqual([
    {
      title: "Drift of robco: the world is not as it is declared",
      state: "open",
      by: "reeve watch",
      says: "reported, left as it is",
    },
  ]);
  await loop.changeWorld({ ...peerFile("alice", 10), ...peerFile("bob", 30) });
  expect(await host.once()).toMatchObject({ code: 0 });
  expect(await issues(loop)).toMatchObject([{ state: "closed" }]);
});

test("beside Actions, which apply commits and look for drift themselves, the daemon writes no issue", async () => {
  await using loop = await openApplied(modes("WireGuardPeer: report"));
  using host = hostOf(loop, "apply: drift-only");
  await host.once();
  await loop.changeWorld(peerFile("alice", 10, "  keepalive: 40s\n"));
  expect(await host.once()).toMatchObject({ code: 0 });
  expect(await issues(loop)).toEqual([]);
});

async function issues({ github }: Loop): Promise<readonly object[]> {
  const { issues } = await github.state();
  return (
    issues as readonly {
      readonly title: string;
      readonly state: string;
      readonly body: string;
      readonly pull: unknown;
    }[]
  )
    .filter(({ pull }) => pull === null)
    .map(({ title, state, body }) => ({
      title,
      state,
      by: / by (.*?)\./.exec(body)?.[1] ?? "",
      says: /^### WireGuardPeer: (.*)$/m.exec(body)?.[1] ?? "",
    }));
}
