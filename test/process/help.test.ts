import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { runReeve } from "../support/reeve.ts";

test.each([["access"], ["access", "--help"], ["help", "access"]])(
  "the first of two words lists what may follow: %s %s",
  async (...words) => {
    const { stdout, code } = await runReeve(words, { cwd: tmpdir() });
    const listed = stdout.split("\n").filter((line) => /^ {2}(?!reeve )/.test(line));
    expect(code).toBe(0);
    expect(listed.map((line) => line.trim().split(" ").slice(0, 2).join(" "))).toEqual([
      "access who-can-reach",
      "access what-can-reach",
    ]);
  },
);

test("a flag that is as wide as its column has its words below", async () => {
  const { stdout } = await runReeve(["watch", "--help"], { cwd: tmpdir() });
  expect(
    stdout.split("\n").filter((line) => /^ {2}--\S+( \S+)?/.test(line) && line.length > 28 && line[27] !== " "),
  ).toEqual([]);
  expect(stdout).toMatch(/--sites-listen \[HOST:\]PORT\n {28}serve appliances here/);
});
