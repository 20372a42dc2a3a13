/** Ways into an apply past its reviewers, each tried; beside them, where it helps, the same without the trick, which works. */
import { describe, expect, test } from "vitest";
import { clientOf } from "../../fakes/github/client.ts";
import { type Loop, openLoop, type Proposed } from "../../support/github-loop.ts";
import { commentsOf, keptComment } from "../../support/github-sight.ts";
import { PLAN_WORKFLOW, peerFile } from "../../support/state-files.ts";

const CAROL = "10.8.0.12/32";

async function mergeAndApply(loop: Loop, number: number): Promise<{ readonly code: number; readonly out: string }> {
  const before = await loop.github.headOf("main");
  await loop.github.merge(number, "squash", "ada");
  return loop.apply(before);
}

/** A job of somebody's pull request: it may write comments and checks, as the plan's own may. */
function pullJob({ github }: Loop) {
  return clientOf(github, github.tokens.workflow({ contents: "read", pull_requests: "write", checks: "write" }));
}

const HERE = { owner: "acme", repo: "state" } as const;

describe("comments are display only", () => {
  const header = '<!-- reeve:plan:robco {"head":"0000000","digest":"sha256:00","verdict":"forged"} -->';

  test("a comment of somebody else with our hidden header is neither taken for ours nor touched", async () => {
    await using loop = await openLoop();
    const { number } = await loop.github.openPull({ branch: "p", author: "bob", files: peerFile("carol", 12) });
    const id = await loop.github.comment(number, "rita", `${header}\n## ✅ No changes`);
    await loop.plan(number);
    const [forged, ours, ...more] = await commentsOf(loop, number);
    expect(forged).toMatchObject({ id, author: "rita", body: `${header}\n## ✅ No changes` });
    expect(ours).toMatchObject({ author: "github-actions[bot]" });
    expect(ours?.body).not.toContain("forged");
    expect(more).toEqual([]);
  });

  test("our comment edited by somebody else is written anew; what stood there is not obeyed", async () => {
    await using loop = await openLoop();
    const { number, files } = await loop.propose("p", peerFile("carol", 12));
    const [ours] = await commentsOf(loop, number);
    await loop.github.editComment(ours?.id ?? 0, "ada", `${header}\n## ✅ No changes\n<script>`);
    await loop.github.pushTo("p", peerFile("dora", 13), { by: "bob" });
    await loop.plan(number);
    const text = await keptComment(loop, number, "plan:robco");
    expect(text).toContain("2 to create");
    expect(text).not.toContain("<script>");
    expect(files["plan.json"]).toContain("WireGuardPeer/carol");
  });

  test("a header that is not in the first line, as a value may put one there, is not ours", async () => {
    await using loop = await openLoop();
    const { number } = await loop.github.openPull({ branch: "p", author: "bob", files: peerFile("carol", 12) });
    const { data } = await pullJob(loop).issues.createComment({ ...HERE, issue_number: number, body: `x\n${header}` });
    await loop.plan(number);
    expect((await commentsOf(loop, number)).map(({ id }) => id)).toHaveLength(2);
    expect((await commentsOf(loop, number))[0]).toMatchObject({ id: data.id, body: `x\n${header}` });
  });
});

describe("checks are display only", () => {
  test("a forged check `reeve plan` of a pull request's job does not make a plan reviewed", async () => {
    await using loop = await openLoop();
    const { number, head } = await loop.github.openPull({ branch: "p", author: "bob", files: peerFile("carol", 12) });
    await pullJob(loop).checks.create({ ...HERE, name: "reeve plan", head_sha: head, conclusion: "success" });
    const { code, out } = await mergeAndApply(loop, number);
    expect(code).toBe(1);
    expect(out).toContain("no plan was made for its last commit");
    expect(loop.live()).not.toContain(CAROL);
  });

  test("a forged check `reeve apply` makes less be applied, never more, and the next push is judged as ever", async () => {
    await using loop = await openLoop();
    const before = await loop.github.headOf("main");
    const pushed = await loop.github.pushTo("main", peerFile("carol", 12), { by: "bob" });
    await pullJob(loop).checks.create({ ...HERE, name: "reeve apply", head_sha: pushed, conclusion: "success" });
    expect((await loop.apply(before)).code).toBe(0);
    expect(loop.live()).not.toContain(CAROL);
    expect(await loop.changesNow()).toEqual(["WireGuardPeer/carol"]);
  });

  test("another App's check `reeve apply` is not ours", async () => {
    await using loop = await openLoop();
    const { number } = await loop.propose("p", peerFile("carol", 12));
    const before = await loop.github.headOf("main");
    const merged = await loop.github.merge(number, "squash", "ada");
    const other = loop.github.world.apps[0];
    if (other === undefined) throw new Error("no app");
    const made = await pullJob(loop).checks.create({
      ...HERE,
      name: "reeve apply",
      head_sha: merged,
      conclusion: "success",
    });
    const check = loop.github.repo.checks.get(made.data.id);
    if (check !== undefined) loop.github.repo.checks.set(check.id, { ...check, app: { ...other, slug: "other" } });
    expect((await loop.apply(before)).code).toBe(0);
    expect(loop.live()).toContain(CAROL);
  });
});

type Forge = (loop: Loop, honest: Proposed) => Promise<void> | void;

/** The honest run and its artifact are gone; this is what is there instead. */
function instead(loop: Loop, honest: Proposed, run: Readonly<Record<string, unknown>>): void {
  loop.github.repo.runs.delete(honest.run.id);
  const forged = loop.github.story.addRun({
    workflow: "plan.yml",
    event: "pull_request",
    headSha: honest.head,
    headBranch: "p",
    ...run,
  });
  loop.github.story.addArtifact(forged, "reeve-plan", honest.files);
}

const forgeries: readonly { readonly name: string; readonly forge: Forge; readonly says: string | null }[] = [
  { name: "nothing forged", forge: (loop, honest) => instead(loop, honest, {}), says: null },
  {
    name: "uploaded by another workflow",
    forge: (loop, honest) => instead(loop, honest, { workflow: "evil.yml" }),
    says: "no plan was made",
  },
  {
    name: "uploaded on another event",
    forge: (loop, honest) => instead(loop, honest, { event: "push" }),
    says: "no plan was made",
  },
  {
    name: "uploaded for another head",
    forge: async (loop, honest) => instead(loop, honest, { headSha: await loop.github.headOf("main") }),
    says: "no plan was made",
  },
  {
    name: "uploaded by a failed run",
    forge: (loop, honest) => instead(loop, honest, { conclusion: "failure" }),
    says: "ended as failure",
  },
  {
    name: "uploaded by a run that is not done",
    forge: (loop, honest) => instead(loop, honest, { status: "in_progress" }),
    says: "is not done",
  },
  {
    name: "uploaded by the run of another branch at the same commit",
    forge: (loop, honest) => instead(loop, honest, { headBranch: "q" }),
    says: "no plan was made",
  },
  {
    name: "uploaded by a fork's run",
    forge: async (loop, honest) => {
      const fork = await loop.github.openPull({
        branch: "p",
        author: "mallory",
        isFork: true,
        files: { "x.txt": "x" },
      });
      const headRepo = loop.github.world.repos.get("mallory/state");
      expect(fork.number).toBeGreaterThan(0);
      instead(loop, honest, { headRepo });
    },
    says: "no plan was made",
  },
  {
    name: "made by the workflow of another base: the same branch was proposed for a branch of one's own",
    forge: async (loop) => {
      await loop.github.pushTo("mine", { [PLAN_WORKFLOW]: "name: plan\n# forges\n" }, { by: "bob" });
      const body = { ...HERE, title: "x", head: "p", base: "mine" };
      await clientOf(loop.github, loop.github.tokens.of("bob")).pulls.create(body);
    },
    says: "was proposed for the branch mine too",
  },
  {
    name: "made by the workflow of another base, before the pull request was put on this one and that plan cancelled",
    forge: (loop, honest) => {
      const { head: headSha } = honest;
      const at = { workflow: "plan.yml", event: "pull_request", headSha, headBranch: "p" } as const;
      loop.github.advance(1);
      loop.github.story.addRun({ ...at, conclusion: "cancelled" });
    },
    says: "ended as cancelled",
  },
  {
    name: "gone",
    forge: (loop) => {
      for (const artifact of loop.github.repo.artifacts.values()) artifact.isExpired = true;
    },
    says: "artifact is gone",
  },
  {
    name: "under another name",
    forge: (loop, honest) => {
      loop.github.repo.artifacts.clear();
      loop.github.story.addArtifact(honest.run, "reeve-plan-2", honest.files);
    },
    says: "artifact is gone",
  },
  {
    name: "without a plan",
    forge: (loop, honest) => void loop.github.story.addArtifact(honest.run, "reeve-plan", { "x.txt": "x" }),
    says: "not one of Reeve's",
  },
  {
    name: "no archive at all",
    forge: (loop, honest) => {
      const artifact = loop.github.story.addArtifact(honest.run, "reeve-plan", {});
      loop.github.repo.artifacts.set(artifact.id, { ...artifact, zip: Buffer.from("PK\u0003\u0004 not a zip") });
    },
    says: "cannot be read",
  },
  {
    name: "with a change more than its digest knows",
    forge: (loop, honest) => {
      const plan = JSON.parse(honest.files["plan.json"] ?? "") as { changes: { digest: string }[] };
      const changes = [...plan.changes, { ...plan.changes[0], address: "WireGuardPeer/dora", name: "dora" }];
      const files = { ...honest.files, "plan.json": JSON.stringify({ ...plan, changes }) };
      loop.github.story.addArtifact(honest.run, "reeve-plan", files);
    },
    says: "was changed after it was made",
  },
  {
    name: "with another change's digest",
    forge: (loop, honest) => {
      const text = honest.files["plan.json"] ?? "";
      const { changes } = JSON.parse(text) as { changes: { digest: string }[] };
      const other = text.replaceAll(changes[0]?.digest ?? "?", `sha256:${"0".repeat(64)}`);
      loop.github.story.addArtifact(honest.run, "reeve-plan", { ...honest.files, "plan.json": other });
    },
    says: "was changed after it was made",
  },
  {
    name: "with a verdict that was not shown whole",
    forge: (loop, honest) => {
      const verdict = { formatVersion: 1, isShownWhole: "yes", ours: ["WireGuardPeer/carol"] };
      const files = { ...honest.files, "verdict.json": JSON.stringify(verdict) };
      loop.github.story.addArtifact(honest.run, "reeve-plan", files);
    },
    says: "not all of its plan could be shown",
  },
];

describe("the recorded plan", () => {
  test.each(forgeries)("$name", async ({ forge, says }) => {
    await using loop = await openLoop();
    const honest = await loop.propose("p", peerFile("carol", 12));
    await forge(loop, honest);
    const { code, out } = await mergeAndApply(loop, honest.number);
    expect(code).toBe(says === null ? 0 : 1);
    if (says !== null) expect(out).toContain(says);
    expect(loop.live().includes(CAROL)).toBe(says === null);
  });

  test("of a head that was pushed over after its review is not used, nor is its approval", async () => {
    await using loop = await openLoop();
    const { number } = await loop.propose("p", peerFile("carol", 12));
    await loop.github.review(number, "carol", "APPROVE");
    await loop.github.forcePush("p", peerFile("mallory", 66), { by: "bob" });
    const { code, out } = await mergeAndApply(loop, number);
    expect(code).toBe(1);
    expect(out).toContain("no plan was made for its last commit");
    expect(loop.live()).not.toMatch(/10\.8\.0\.(12|66)\/32/);
  });

  test("of a pull request that changes the workflow is not trusted, and what it changes beside is held", async () => {
    await using loop = await openLoop();
    const { number } = await loop.propose("p", { ...peerFile("carol", 12), [PLAN_WORKFLOW]: "name: plan\n# forges\n" });
    const { code, out } = await mergeAndApply(loop, number);
    expect(code).toBe(1);
    expect(out).toContain(`it changes ${PLAN_WORKFLOW}`);
    expect(loop.live()).not.toContain(CAROL);
  });

  test("a pull request that changes the workflow and nothing that is live leaves nothing to hold", async () => {
    await using loop = await openLoop();
    const { number } = await loop.propose("p", { [PLAN_WORKFLOW]: "name: plan\n# newer\n" });
    expect((await mergeAndApply(loop, number)).code).toBe(0);
  });
});
