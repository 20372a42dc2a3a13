import { expect, test } from "vitest";
import { describeRefusal, describeTampering, maySpeak } from "../../../src/github/chat/admit-command.ts";
import type { ChatCommand } from "../../../src/github/chat/parse-command.ts";
import type { CommentEvent } from "../../../src/github/event.ts";
import type { Comment } from "../../../src/github/model.ts";

test.each([
  { permission: "none", may: false },
  { permission: "read", may: false },
  { permission: "triage", may: false },
  { permission: "write", may: true },
  { permission: "maintain", may: true },
  { permission: "admin", may: true },
] as const)("who has $permission is listened to: $may", ({ permission, may }) => {
  expect(maySpeak(permission)).toBe(may);
});

const T0 = new Date("2026-03-02T09:00:00Z");
const T1 = new Date("2026-03-02T09:00:01Z");
const ALICE = { login: "alice", id: 1, isBot: false };
const COMMENT: Comment = { id: 7, author: ALICE, body: "/reeve plan", createdAt: T0, updatedAt: T0 };
const EVENT: CommentEvent = { ...COMMENT, number: 3, isOnPullRequest: true };

test.each([
  { name: "as it was", now: COMMENT, event: EVENT, why: null },
  { name: "gone", now: null, event: EVENT, why: "the comment is gone" },
  { name: "edited since", now: { ...COMMENT, body: "/reeve help", updatedAt: T1 }, event: EVENT, why: "edited" },
  { name: "edited and put back", now: { ...COMMENT, updatedAt: T1 }, event: EVENT, why: "edited" },
  { name: "edited within its second", now: { ...COMMENT, body: "/reeve help" }, event: EVENT, why: "edited" },
  { name: "edited before the event", now: COMMENT, event: { ...EVENT, updatedAt: T1 }, why: "edited" },
  { name: "of somebody else", now: { ...COMMENT, author: { ...ALICE, id: 2 } }, event: EVENT, why: "edited" },
])("a comment that is $name", ({ now, event, why }) => {
  const said = describeTampering({ event, now });
  if (why === null) expect(said).toBeNull();
  else expect(said).toContain(why);
});

const COMMANDS = {
  help: { verb: "help" },
  plan: { verb: "plan" },
  explain: { verb: "explain", subject: "Workspace/alice" },
  apply: { verb: "apply", digest: "sha256:0" },
  unlock: { verb: "unlock", reason: "dead" },
} as const satisfies Record<string, ChatCommand>;

test.each([
  { verb: "help", job: "answer", permission: "write", why: null },
  { verb: "plan", job: "answer", permission: "write", why: null },
  { verb: "explain", job: "answer", permission: "write", why: null },
  { verb: "apply", job: "change", permission: "write", why: null },
  { verb: "unlock", job: "change", permission: "maintain", why: null },
  { verb: "unlock", job: "change", permission: "admin", why: null },
  { verb: "unlock", job: "change", permission: "write", why: "only who maintains" },
  { verb: "apply", job: "answer", permission: "admin", why: 'the workflow\'s job "change" alone' },
  { verb: "unlock", job: "answer", permission: "admin", why: 'the workflow\'s job "change" alone' },
  { verb: "apply", job: "", permission: "admin", why: 'the workflow\'s job "change" alone' },
  { verb: "help", job: "change", permission: "admin", why: "whose credentials can change" },
  { verb: "plan", job: "change", permission: "admin", why: "whose credentials can change" },
  { verb: "explain", job: "change", permission: "admin", why: "whose credentials can change" },
] as const)("$verb in the job $job by who has $permission: $why", ({ verb, job, permission, why }) => {
  const said = describeRefusal({ command: COMMANDS[verb], permission, job });
  if (why === null) expect(said).toBeNull();
  else expect(said).toContain(why);
});
