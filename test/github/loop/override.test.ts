/** Whose wish to pass over the rules is heard. */
import { expect, test } from "vitest";
import { chooseOverride, overridesIn } from "../../../src/github/gather-question.ts";
import type { Comment } from "../../../src/github/model.ts";

const COMMIT = "a".repeat(40);

function comment(login: string, body: string, edited = 0): Comment {
  const createdAt = new Date("2026-03-02T09:00:00Z");
  const author = { login, id: login.length, isBot: false };
  return { id: 1, author, body, createdAt, updatedAt: new Date(createdAt.getTime() + edited) };
}

test.each<{ readonly name: string; readonly comments: readonly Comment[]; readonly heard: string | null }>([
  { name: "nobody's", comments: [comment("pat", "looks good")], heard: null },
  {
    name: "an admin's",
    comments: [comment("pat", `/reeve override ${COMMIT} the hub is down`)],
    heard: "pat: the hub is down",
  },
  {
    name: "not one that was edited",
    comments: [comment("pat", `/reeve override ${COMMIT} please`, 1000)],
    heard: null,
  },
  { name: "not of a shortened commit", comments: [comment("pat", "/reeve override aaaaaaa please")], heard: null },
  { name: "not a quoted one", comments: [comment("pat", `> /reeve override ${COMMIT} please`)], heard: null },
  {
    name: "an admin's before one of somebody who may not",
    comments: [comment("pat", `/reeve override ${COMMIT} down`), comment("mallory", `/reeve override ${COMMIT} mine`)],
    heard: "pat: down",
  },
  {
    name: "that of somebody who may not, to be refused in words",
    comments: [comment("mallory", `/reeve override ${COMMIT} mine`)],
    heard: "mallory: mine",
  },
])("$name", ({ comments, heard }) => {
  const request = chooseOverride(overridesIn(comments), ({ login }) => login === "pat");
  expect(request && `${request.by.login}: ${request.reason}`).toBe(heard);
  if (request !== null) expect(request.commit).toBe(COMMIT);
});
