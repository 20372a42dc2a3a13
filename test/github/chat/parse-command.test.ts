import { expect, test } from "vitest";
import { firstLine, parseCommand } from "../../../src/github/chat/parse-command.ts";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

test.each([
  { body: "/reeve help", command: { verb: "help" } },
  { body: "/reeve", command: { verb: "help" } },
  { body: "/reeve plan", command: { verb: "plan" } },
  { body: "/Reeve PLAN", command: { verb: "plan" } },
  { body: "/reeve plan \t", command: { verb: "plan" } },
  { body: "/reeve plan\r\n\r\nsince main has moved", command: { verb: "plan" } },
  { body: "/reeve plan\n/reeve unlock x", command: { verb: "plan" } },
  { body: `/reeve apply ${DIGEST}`, command: { verb: "apply", digest: DIGEST } },
  { body: `/reeve apply ${DIGEST}\r\n`, command: { verb: "apply", digest: DIGEST } },
  { body: "/reeve explain Workspace/alice", command: { verb: "explain", subject: "Workspace/alice" } },
  { body: "/reeve explain Workspace.spec.user", command: { verb: "explain", subject: "Workspace.spec.user" } },
  { body: "/reeve unlock run 4711  was cancelled", command: { verb: "unlock", reason: "run 4711  was cancelled" } },
])("a command: $body", ({ body, command }) => {
  expect(parseCommand(body)).toEqual({ status: "command", command });
});

test.each([
  { name: "nothing", body: "" },
  { name: "talk", body: "try /reeve plan" },
  { name: "a space before it", body: " /reeve plan" },
  { name: "a code block of four spaces", body: "    /reeve plan" },
  { name: "a fence", body: "```\n/reeve plan\n```" },
  { name: "inline code", body: "`/reeve plan`" },
  { name: "a quote", body: "> /reeve plan" },
  { name: "further down", body: "so\n/reeve plan" },
  { name: "after an empty line", body: "\n/reeve plan" },
  { name: "a hidden comment before it", body: "<!-- -->/reeve plan" },
  { name: "another word", body: "/reeves plan" },
  { name: "another command of others", body: "/review plan" },
  { name: "a byte order mark", body: "\ufeff/reeve plan" },
  { name: "a zero-width space before it", body: "\u200b/reeve plan" },
  { name: "a Cyrillic e", body: "/r\u0435eve plan" },
  { name: "a fullwidth slash", body: "\uff0freeve plan" },
  { name: "a division slash", body: "\u2215reeve plan" },
  { name: "a zero-width joiner within", body: "/re\u200deve plan" },
  { name: "an override of direction", body: "\u202e/reeve plan" },
])("silence: $name", ({ body }) => {
  expect(parseCommand(body)).toEqual({ status: "silence" });
});

test.each([
  { body: "/reeve plna", hint: 'did you mean "plan"?' },
  { body: "/reeve \u0440lan", hint: 'did you mean "plan"?' },
  { body: "/reeve aply", hint: 'did you mean "apply"?' },
  { body: "/reeve approve", hint: "known: apply, explain, help, override, plan, unlock" },
  { body: "/reeve override because", hint: "write /reeve override COMMIT REASON" },
  { body: "/reeve apply-all", message: 'there is no command "apply-all"' },
  { body: "/reeve  plan", message: "more than one space" },
  { body: `/reeve  apply ${DIGEST}`, message: "more than one space" },
  { body: `/reeve apply  ${DIGEST}`, message: "more than one space" },
  { body: "/reeve\tplan", message: "cannot be seen" },
  { body: "/reeve\u00a0plan", message: "cannot be seen" },
  { body: "/reeve\u2028plan", message: "cannot be seen" },
  { body: "/reeve plan\u200b", message: "cannot be seen" },
  { body: "/reeve unlock \u202eemit", message: "cannot be seen" },
  { body: "/reeve unlock \ud800", message: "cannot be seen" },
  { body: `/reeve apply ${DIGEST}\u200b`, message: "cannot be seen" },
  { body: "/reeve plan now", message: '"plan" takes no words' },
  { body: "/reeve apply", message: "the whole digest" },
  { body: "/reeve apply 0123456789ab", message: "the whole digest" },
  { body: `/reeve apply ${DIGEST.slice(0, 30)}`, message: "the whole digest" },
  { body: `/reeve apply ${DIGEST}0`, message: "the whole digest" },
  { body: `/reeve apply ${DIGEST.toUpperCase()}`, message: "the whole digest" },
  { body: `/reeve apply ${DIGEST} ${DIGEST}`, message: "the whole digest" },
  { body: "/reeve explain", message: "one address" },
  { body: "/reeve explain a/b c/d", message: "one address" },
  { body: "/reeve unlock", message: "a reason" },
  { body: `/reeve unlock ${"x".repeat(1000)}`, message: "longer than 1000" },
])("unclear: $body", ({ body, message = "", hint = "" }) => {
  const parsed = parseCommand(body);
  expect(parsed).toMatchObject({ status: "unclear" });
  expect(parsed).toMatchObject({ message: expect.stringContaining(message), hint: expect.stringContaining(hint) });
});

test("the first line ends where GitHub's editors end lines", () => {
  expect(["a\r\nb", "a\rb", "a\nb", "a \t\nb"].map(firstLine)).toEqual(["a", "a", "a", "a"]);
});
