/** Passing over the rules in an emergency: by whom the base lets, in their own words, for one commit. */
import { expect, test } from "vitest";
import { type Loop, openLoop } from "../../support/github-loop.ts";
import { keptComment } from "../../support/github-sight.ts";
import { peerFile } from "../../support/state-files.ts";

const CAROL = "10.8.0.12/32";
const POLICY = `  providers: { wireguard: {} }
  policy:
    rules:
      - match: { kinds: [WireGuardPeer] }
        changeBy: ["user:bob"]
        approvals: [{ count: 1, from: ["user:carol"] }]
    override: { by: ["user:ada"] }
`;

interface Case {
  readonly name: string;
  readonly ask: (loop: Loop, number: number, head: string) => Promise<unknown>;
  readonly isGranted: boolean;
}

test.each<Case>([
  {
    name: "an admin's comment",
    ask: ({ github }, number, head) => github.comment(number, "ada", `/reeve override ${head} the hub is down`),
    isGranted: true,
  },
  {
    name: "an admin's comment, into which somebody else wrote it",
    ask: async ({ github }, number, head) => {
      const id = await github.comment(number, "ada", "looks good");
      const comment = github.repo.comments.get(id);
      if (comment === undefined) throw new Error("no comment");
      const updatedAt = new Date(comment.createdAt.getTime() + 60_000);
      github.repo.comments.set(id, { ...comment, body: `/reeve override ${head} the hub is down`, updatedAt });
    },
    isGranted: false,
  },
  {
    name: "a review, which somebody else may have edited",
    ask: async ({ github }, number, head) => {
      const id = await github.review(number, "ada", "COMMENT");
      const review = github.repo.reviews.get(id);
      if (review === undefined) throw new Error("no review");
      github.repo.reviews.set(id, { ...review, body: `/reeve override ${head} the hub is down` });
    },
    isGranted: false,
  },
  {
    name: "of whom the policy does not let",
    ask: ({ github }, number, head) => github.comment(number, "bob", `/reeve override ${head} the hub is down`),
    isGranted: false,
  },
  {
    name: "for an older commit",
    ask: async (loop, number, head) => {
      await loop.github.comment(number, "ada", `/reeve override ${head} the hub is down`);
      await loop.github.pushTo("p", peerFile("carol", 12, "  # again\n"), { by: "bob" });
      await loop.plan(number);
    },
    isGranted: false,
  },
])("$name", async ({ ask, isGranted }) => {
  await using loop = await openLoop({ estate: POLICY });
  const { number, head } = await loop.propose("p", peerFile("carol", 12));
  await ask(loop, number, head);
  const before = await loop.github.headOf("main");
  await loop.github.merge(number, "squash", "ada");
  const { code, out } = await loop.apply(before);
  expect({ code, out }).toMatchObject({ code: isGranted ? 0 : 1 });
  expect(loop.live().includes(CAROL)).toBe(isGranted);
  if (!isGranted) expect(await keptComment(loop, number, "apply:robco")).toContain("the policy denies");
});
