/** Ways to make a comment do what its author may not, or what nobody reviewed: each is tried, and nothing happens. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerTo, digestOf, holdOne, type Said, say } from "../../support/github-chat.ts";
import { type Loop, openLoop } from "../../support/github-loop.ts";
import { peerFile } from "../../support/state-files.ts";

/** One change of a merged pull request was held and could be carried out now: whoever gets a command through would see it done. */
let loop: Loop;
const there = { merged: 0, open: 0, fork: 0, issue: 0, digest: "", otherDigest: "", oldDigest: "" };

beforeAll(async () => {
  loop = await openLoop({
    people: { ada: "admin", mona: "maintain", bob: "write", carol: "write", rita: "read" },
  });
  const { github } = loop;
  const old = await loop.propose("other", peerFile("bert", 30));
  await github.pushTo("other", peerFile("bert", 31), { by: "bob" });
  const open = await loop.plan(old.number);
  const held = await holdOne(loop);
  const fork = await github.openPull({ branch: "x", author: "mallory", files: peerFile("mallory", 66), isFork: true });
  github.tokens.app({ slug: "deploy", permissions: { pull_requests: "write" } });
  github.repo.roles.set("deploy[bot]", "write");
  Object.assign(there, {
    merged: held.number,
    digest: digestOf(held),
    open: old.number,
    oldDigest: digestOf(old),
    otherDigest: digestOf({ ...old, ...open }),
    fork: fork.number,
    issue: await openIssue("Talk"),
  });
}, 120_000);

afterAll(async () => {
  await loop[Symbol.asyncDispose]();
});

async function openIssue(title: string): Promise<number> {
  const answer = await fetch(`${loop.github.url}/repos/acme/state/issues`, {
    method: "POST",
    headers: { authorization: `token ${loop.github.tokens.of("bob")}`, "content-type": "application/json" },
    body: JSON.stringify({ title }),
  });
  return Number(((await answer.json()) as { readonly number: number }).number);
}

interface Attack {
  readonly name: string;
  readonly run: () => Promise<Said>;
  /** Of the reactions; none where Reeve keeps silent. */
  readonly reactions: readonly string[];
  readonly reply?: string;
  readonly code?: number;
}

const apply = (): string => `/reeve apply ${there.digest}`;

/** A comment with which something is done before its job begins. */
async function after(by: string, body: string, act: (id: number) => Promise<unknown>): Promise<Said> {
  const { github } = loop;
  const id = await github.comment(there.merged, by, body);
  const event = await github.events.commentCreated(id);
  await act(id);
  return answerTo(loop, id, { event });
}

const inJob = async (job: "answer" | "change", number: number, body: string): Promise<Said> =>
  answerTo(loop, await loop.github.comment(number, "ada", body), { job });

/** The person has another role for as long as that. */
async function as(role: "read", by: string, run: () => Promise<Said>): Promise<Said> {
  const { roles } = loop.github.repo;
  const before = roles.get(by) ?? "none";
  roles.set(by, role);
  try {
    return await run();
  } finally {
    roles.set(by, before);
  }
}

const EDITED = { reactions: ["eyes", "confused"], reply: "the comment was edited" };
const OTHER_PLAN = { reactions: ["eyes", "-1"], reply: "is another one", code: 1 };

const ATTACKS: readonly Attack[] = [
  {
    name: "the digest of another pull request",
    run: () => say(loop, there.merged, "bob", `/reeve apply ${there.otherDigest}`),
    ...OTHER_PLAN,
  },
  {
    name: "the digest of an older commit, on the merged pull request",
    run: () => say(loop, there.merged, "bob", `/reeve apply ${there.oldDigest}`),
    ...OTHER_PLAN,
  },
  {
    name: "a shortened digest",
    run: () => say(loop, there.merged, "bob", apply().slice(0, -1)),
    reactions: ["eyes", "confused"],
    reply: "the whole digest",
  },
  {
    name: "before the merge",
    run: () => say(loop, there.open, "bob", `/reeve apply ${there.otherDigest}`),
    reactions: ["eyes", "-1"],
    reply: "It is not merged",
  },
  {
    name: "somebody who may only read",
    run: () => say(loop, there.merged, "rita", apply()),
    reactions: ["-1"],
  },
  {
    name: "a stranger",
    run: () => say(loop, there.merged, "mallory", apply()),
    reactions: ["-1"],
  },
  {
    name: "somebody who may no longer write",
    run: () => as("read", "bob", () => say(loop, there.merged, "bob", apply())),
    reactions: ["-1"],
  },
  {
    name: "the right to write is lost after the comment",
    run: () => as("read", "carol", () => after("carol", apply(), () => Promise.resolve())),
    reactions: ["-1"],
  },
  {
    name: "a bot",
    run: () => say(loop, there.merged, "deploy[bot]", apply()),
    reactions: [],
  },
  {
    name: "edited by its author before the job begins",
    run: () => after("bob", "/reeve apply x", (id) => loop.github.editComment(id, "bob", apply())),
    ...EDITED,
  },
  {
    name: "edited by somebody else before the job begins",
    run: () => after("bob", apply(), (id) => loop.github.editComment(id, "ada", "never mind")),
    ...EDITED,
  },
  {
    name: "edited while the job looks",
    run: () =>
      after("bob", apply(), (id) => {
        const edit = () => loop.github.editComment(id, "mona", `${apply()} `);
        return Promise.resolve(loop.github.before("GET /repos/{owner}/{repo}/issues/comments/{comment_id}", edit));
      }),
    ...EDITED,
  },
  {
    name: "edited and put back",
    run: () =>
      after("bob", apply(), async (id) => {
        await loop.github.editComment(id, "ada", "never mind");
        await loop.github.editComment(id, "ada", apply());
      }),
    ...EDITED,
  },
  {
    name: "a comment that becomes a command by an edit",
    run: async () => {
      const { github } = loop;
      const id = await github.comment(there.merged, "bob", "fine");
      await github.editComment(id, "bob", apply());
      return answerTo(loop, id, { event: await github.events.commentEdited(id, "fine", "bob") });
    },
    reactions: [],
  },
  {
    name: "two spaces, which another job's condition lets pass",
    run: () => say(loop, there.merged, "bob", `/reeve  apply ${there.digest}`),
    reactions: ["eyes", "confused"],
    reply: "more than one space",
  },
  {
    name: "apply in the job that only answers",
    run: () => inJob("answer", there.merged, apply()),
    reactions: ["eyes", "-1"],
    reply: "job change alone",
  },
  {
    name: "unlock in the job that only answers",
    run: () => inJob("answer", there.merged, "/reeve unlock x"),
    reactions: ["eyes", "-1"],
    reply: "job change alone",
  },
  {
    name: "plan in the job that changes",
    run: () => inJob("change", there.open, "/reeve plan"),
    reactions: ["eyes", "-1"],
    reply: "whose credentials can change",
  },
  {
    name: "unlock by somebody who only writes",
    run: () => say(loop, there.merged, "bob", "/reeve unlock because I can"),
    reactions: ["eyes", "-1"],
    reply: "only who maintains",
  },
  {
    name: "on an issue",
    run: () => say(loop, there.issue, "ada", apply()),
    reactions: [],
  },
  {
    name: "a plan with credentials for a fork's pull request, asked for by an admin",
    run: () => say(loop, there.fork, "ada", "/reeve plan"),
    reactions: ["eyes", "-1"],
    reply: "not planned with credentials",
  },
  {
    name: "the author of a fork's pull request",
    run: () => say(loop, there.fork, "mallory", "/reeve plan"),
    reactions: ["-1"],
  },
  {
    name: "an invisible character in the command",
    run: () => say(loop, there.merged, "bob", `/reeve apply\u00a0${there.digest}`),
    reactions: ["eyes", "confused"],
    reply: "cannot be seen",
  },
  {
    name: "a very long line",
    run: () => say(loop, there.merged, "bob", `${apply()}${" x".repeat(30_000)}`),
    reactions: ["eyes", "confused"],
    reply: "longer than 1000",
  },
];

test.each(ATTACKS)("$name", async ({ run, reactions, reply, code = 0 }) => {
  const world = loop.live();
  const said = await run();
  expect(said.reactions).toEqual(reactions);
  expect(said.code).toBe(code);
  if (reply === undefined) expect(said.reply).toBe("");
  else expect(said.reply.replaceAll(/&#\d+;|"/g, "")).toContain(reply);
  expect(loop.live()).toBe(world);
  expect([...loop.github.repo.runs.values()].filter(({ status }) => status === "queued")).toEqual([]);
});

test.each([
  { name: "quoted", body: (line: string) => `> ${line}` },
  { name: "in a code block", body: (line: string) => `\`\`\`\n${line}\n\`\`\`` },
  { name: "further down", body: (line: string) => `please\n${line}` },
  { name: "with a letter of another script", body: (line: string) => line.replace("e", "\u0435") },
])("no job begins for a command that is $name", async ({ body }) => {
  expect(await loop.answer(await loop.github.comment(there.merged, "ada", body(apply())))).toBeNull();
});

test("a command in a review begins nothing, even were the workflow to run on it", async () => {
  const { github } = loop;
  const review = await github.review(there.open, "ada", "COMMENT", apply());
  const event = await github.events.reviewSubmitted(review);
  github.clearLog();
  const said = await answerTo(loop, await github.comment(there.open, "ada", "x"), { event, job: "change" });
  expect(said.code).toBe(1);
  expect(said.err).toContain("nothing is done on the event");
  expect(github.writes()).toEqual([]);
});

test("a comment that is gone is answered all the same, and not obeyed", async () => {
  const { github } = loop;
  const world = loop.live();
  const id = await github.comment(there.merged, "bob", apply());
  const event = await github.events.commentCreated(id);
  github.repo.comments.delete(id);
  expect(await loop.answer(id, { event })).toMatchObject({ code: 0 });
  const replies = [...github.repo.comments.values()].filter(({ body }) => body.startsWith(`<!-- reeve:answer:${id} `));
  expect(replies).toMatchObject([{ issue: there.merged, body: expect.stringContaining("the comment is gone") }]);
  expect(loop.live()).toBe(world);
});

test("a push to the branch after the comment: what is checked out is no longer the branch, and nothing is done", async () => {
  const { github } = loop;
  const world = loop.live();
  github.before("GET /repos/{owner}/{repo}/git/ref/{ref}", () => github.pushTo("main", { "README.md": "Later\n" }));
  const said = await say(loop, there.merged, "bob", apply());
  expect(said).toMatchObject({ code: 0, reactions: ["eyes", "-1"] });
  expect(said.reply).toContain("The branch has moved on");
  expect(loop.live()).toBe(world);
});

test("a comment from before the merge does not outlast it", async () => {
  const { github } = loop;
  const world = loop.live();
  const id = await github.comment(there.open, "bob", `/reeve apply ${there.otherDigest}`);
  const event = await github.events.commentCreated(id);
  await github.merge(there.open, "squash", "ada");
  const said = await answerTo(loop, id, { event: { ...event, sha: await github.headOf("main") } });
  expect(said).toMatchObject({ code: 0, reactions: ["eyes", "-1"] });
  expect(said.reply).toContain("It was merged after this comment was written");
  expect(loop.live()).toBe(world);
});

test("and the very same command does it, newly written, by who may", async () => {
  expect(loop.live()).not.toContain("10.8.0.20/32");
  expect(await say(loop, there.merged, "bob", apply())).toMatchObject({ code: 0, reactions: ["eyes", "rocket"] });
  expect(loop.live()).toContain("10.8.0.20/32");
});
