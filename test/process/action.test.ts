/** The action's entry point as a runner starts it: inputs by the environment, findings by workflow commands. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { programArguments } from "../support/reeve.ts";

const ROOT = join(import.meta.dirname, "../..");
const action = parse(readFileSync(join(ROOT, "action.yml"), "utf8"));

function runAction(inputs: Readonly<Record<string, string>>) {
  const environment = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const env = { PATH: process.env["PATH"], ...Object.fromEntries(environment) };
  return spawnSync(process.execPath, programArguments("action"), { env, encoding: "utf8" });
}

test("it runs on the runner's Node 24, from the bundle", () => {
  expect(action.runs).toEqual({ using: "node24", main: "dist/action.js" });
});

test("every input is described, and every input is read", () => {
  const read = [...readFileSync(join(ROOT, "src/action.ts"), "utf8").matchAll(/(?:input|flag)\("(\w+)"\)/g)].map(
    (match) => match[1] ?? "",
  );
  expect(Object.keys(action.inputs).toSorted()).toEqual(read.toSorted());
  for (const input of Object.values(action.inputs)) expect(input).toHaveProperty("description");
});

test.each([
  { name: "none", command: "" },
  { name: "another command of the program", command: "apply --auto-approve" },
  { name: "a line that would be a workflow command", command: "x\n::set-env name=PATH::/tmp" },
  { name: "an escaped one", command: "x%0A::set-env name=PATH::/tmp" },
])("no command but its own: $name", ({ command }) => {
  const ran = runAction({ command });
  expect(ran.status).toBe(1);
  expect(ran.stdout).toMatch(/^::error::there is no command "[^\n]*": use plan, apply, drift, comment\n$/);
  expect(ran.stdout).not.toMatch(/%(?!25)/);
});

test("a value that looks like a flag stays a value", () => {
  const ran = runAction({ command: "plan", state: "--help", token: "t" });
  expect(ran.status).toBe(1);
  expect(ran.stdout).not.toContain("Usage:");
});
