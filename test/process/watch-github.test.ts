/** The daemon beside GitHub: the apply lock is the one that Actions take, and what is to be proposed gets its pull request. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ALL } from "../fakes/github/client.ts";
import { git, modes, openApplied, pulls } from "../support/drift-loop.ts";
import { runReeve } from "../support/reeve.ts";
import { peerFile } from "../support/state-files.ts";

test("commits are applied under the repository's own lock, and drift is proposed once", async () => {
  await using loop = await openApplied(modes("WireGuardPeer: propose"));
  const folder = mkdtempSync(join(tmpdir(), "reeve-watch-"));
  try {
    const config = join(folder, "watch.yaml");
    const lines = [
      `repository: { url: ${loop.github.dir} }`,
      `folder: ${folder}/daemon`,
      "github: { repository: acme/state }",
    ];
    writeFileSync(config, lines.join("\n"));
    const environment = {
      GITHUB_TOKEN: loop.github.tokens.workflow(ALL),
      GITHUB_API_URL: loop.github.url,
      GITHUB_ACTIONS: "true",
    };
    const once = () => runReeve(["watch", "--once", "--config", config], { cwd: folder, environment });
    expect(await once()).toMatchObject({ code: 0 });
    await loop.github.pushTo("main", peerFile("bob", 30), { by: "ada" });
    expect(await once()).toMatchObject({ code: 0, stderr: expect.stringContaining("done=1") });
    const entries = git(loop, "log", "--format=%B", "refs/reeve/apply-lock/robco");
    expect(entries).toContain('"run":"watch-');
    expect(entries.split("\n")[0]).toContain('"state":"released"');
    await loop.changeWorld(peerFile("alice", 10, "  keepalive: 40s\n"));
    for (let turn = 0; turn < 2; turn += 1) expect(await once()).toMatchObject({ code: 0 });
    expect(await pulls(loop)).toHaveLength(1);
    expect(git(loop, "diff", "-U0", "main", "reeve/drift/robco")).toContain("+  keepalive: 40s");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
