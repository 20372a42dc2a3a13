import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../src/support/diagnostic.ts";
import type { Fixture, World } from "../fixture.ts";
import { leaves, openFor } from "./bench.ts";

const head = (kind: string, name: string): string =>
  `apiVersion: reeve.dev/v1\nkind: ${kind}\nmetadata: { name: ${name} }\n`;

/** What no estate of any provider may hold: law 7 says how it is refused, law 8 what must never be evaluated. */
const BAD_FILES: readonly (readonly [what: string, files: Readonly<Record<string, string>>])[] = [
  ["text that is no YAML", { "a.yaml": "a: [1\nb: }" }],
  ["a key twice", { "a.yaml": `${head("Acknowledgement", "x")}spec: { plan: a, plan: b }\n` }],
  ["an unknown kind", { "a.yaml": `${head("WireGuardPear", "x")}spec: {}\n` }],
  ["another version", { "a.yaml": head("Acknowledgement", "x").replace("v1", "v9") }],
  ["a field too many", { "a.yaml": `${head("Acknowledgement", "x")}spec: { reason: x, because: y }\n` }],
  ["an Estate in another file", { "a.yaml": head("Estate", "other") }],
  ["a list as a document", { "a.yaml": "- a\n- b\n" }],
  ["a bomb of aliases", { "a.yaml": bomb() }],
  ["a deep document", { "a.yaml": `a: ${"[".repeat(500)}${"]".repeat(500)}\n` }],
  ["a control character", { "a.yaml": `${head("Acknowledgement", "x")}spec: { reason: "a\\u0007b" }\n` }],
];

const EVALUATED: readonly (readonly [what: string, files: Readonly<Record<string, string>>])[] = [
  ["a tag of JavaScript", { "a.yaml": `${head("Acknowledgement", "x")}spec: { reason: !!js/function "() => 1" }\n` }],
  ["a tag that includes", { "a.yaml": `${head("Acknowledgement", "x")}spec: { reason: !include /etc/passwd }\n` }],
  ["an unknown tag", { "a.yaml": `${head("Acknowledgement", "x")}spec: { reason: !!python/object:os.system id }\n` }],
];

const BAD_COMMAND_LINES: readonly (readonly string[])[] = [
  ["plan", "--outt", "x"],
  ["plan", "--out"],
  ["plan", "--state", "nowhere"],
  ["plan", "extra"],
  ["plan", "--format", "yaml"],
  ["plan", "--only", "leaf"],
  ["plan", "--log-level", "loud"],
  ["plam"],
  ["apply", "nowhere.json"],
  ["apply", "--auto-approve=yes"],
  ["explain", "Nothing.spec"],
];

export function lawSeven(fixture: Fixture): void {
  describe("law 7: every refusal says what, where, why, and what to do next", () => {
    it.each(BAD_FILES)("%s", async (_what, more) => {
      const world = await openFor(fixture);
      world.seed({ leaves: leaves(1), more });
      await expectRefused(world, "a.yaml");
    });

    it.each(BAD_COMMAND_LINES.map((words) => [words.join(" "), words] as const))("reeve %s", async (_what, words) => {
      const world = await openFor(fixture);
      world.seed({ leaves: leaves(1) });
      const ran = await world.reeve(words);
      const [message = "", hint = ""] = ran.stderr.split("\n");
      expect([ran.code, message, hint]).toEqual([
        1,
        expect.stringMatching(/error: .* \[[a-z-]+\]$/),
        expect.stringMatching(/^ {4}./),
      ]);
      expect(ran.stderr).not.toMatch(/ at .*\.ts:\d+/);
    });

    it("a state directory without an estate", async () => {
      const world = await openFor(fixture);
      world.seed({ leaves: leaves(1), more: { "reeve.yaml": "" } });
      const { diagnostics } = await validate(world);
      for (const diagnostic of diagnostics) expectComplete(diagnostic);
      expect(diagnostics.length).toBeGreaterThan(0);
    });
  });

  describe("law 8: the state repository is data", () => {
    it.each(EVALUATED)("%s is refused, not evaluated", async (_what, more) => {
      const world = await openFor(fixture);
      world.seed({ leaves: leaves(1), more });
      await expectRefused(world, "a.yaml");
    });

    it.each([
      ["a file outside", "secret.yaml", "a.yaml"],
      ["a folder outside", "elsewhere", "folder"],
    ])("a symbolic link to %s is not followed", async (_what, target, link) => {
      const world = await openFor(fixture);
      world.seed({ leaves: leaves(1) });
      const outside = join(dirname(world.root), target);
      if (target.endsWith(".yaml")) writeFileSync(outside, "password: hunter2\n");
      else {
        mkdirSync(outside);
        writeFileSync(join(outside, "b.yaml"), "password: hunter2\n");
      }
      symlinkSync(outside, join(world.root, "desired-state", link));
      const { text, diagnostics, code } = await validate(world);
      expect([code, diagnostics.length > 0, text.includes("hunter2")]).toEqual([1, true, false]);
      for (const diagnostic of diagnostics) expectComplete(diagnostic);
    });
  });
}

async function validate(
  world: World,
): Promise<{ readonly code: number | null; readonly text: string; readonly diagnostics: readonly Diagnostic[] }> {
  const ran = await world.reeve(["validate", "--format", "json"]);
  const { diagnostics } = JSON.parse(ran.stdout) as { readonly diagnostics: readonly Diagnostic[] };
  return { code: ran.code, text: `${ran.stdout}${ran.stderr}`, diagnostics };
}

/** Refused at its place by validate, plan and apply alike, and nothing is written. */
async function expectRefused(world: World, file: string): Promise<void> {
  const before = world.footprint();
  const { code, diagnostics } = await validate(world);
  expect([code, diagnostics.length > 0]).toEqual([1, true]);
  for (const diagnostic of diagnostics) {
    expectComplete(diagnostic);
    expect(diagnostic.at).toMatchObject({
      file: `desired-state/${file}`,
      line: expect.any(Number),
      column: expect.any(Number),
    });
  }
  expect(await world.reeve(["plan"])).toMatchObject({ code: 1 });
  expect(await world.reeve(["apply", "--auto-approve"])).toMatchObject({ code: 1 });
  expect(world.footprint()).toBe(before);
}

function expectComplete(diagnostic: Diagnostic): void {
  expect(diagnostic).toMatchObject({
    code: expect.stringMatching(/^[a-z][a-z-]+$/),
    message: expect.stringMatching(/./),
    hint: expect.stringMatching(/./),
  });
}

function bomb(): string {
  const levels = Array.from(
    { length: 9 },
    (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(", ")}]`,
  );
  return [head("Acknowledgement", "x"), "l0: &l0 [a, a, a]", ...levels, ""].join("\n");
}
