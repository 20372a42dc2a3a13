import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROVIDERS } from "../../src/providers/registry.ts";
import { FIXTURES } from "./fixtures/index.ts";
import { lawOne } from "./laws/law-1-plan-cannot-write.ts";
import { lawTwo } from "./laws/law-2-apply-does-what-was-reviewed.ts";
import { lawThree } from "./laws/law-3-apply-then-plan-is-empty.ts";
import { lawFour } from "./laws/law-4-no-marker-no-delete.ts";
import { lawFive } from "./laws/law-5-no-state-file.ts";

const ROOT = join(import.meta.dirname, "../..");

it("every provider of the registry is held to the laws", () => {
  const held = new Set(FIXTURES.map((fixture) => fixture.provider));
  expect(PROVIDERS.map((provider) => provider.name).filter((name) => !held.has(name))).toEqual([]);
});

it("law 1: the types say that a plan cannot write", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const args = ["-p", join(ROOT, "test/types")];
  execFile(join(ROOT, "node_modules/.bin/tsc"), args, (error, out) =>
    resolve(error === null ? "" : out || error.message),
  );
  expect(await promise).toBe("");
});

describe.each(FIXTURES)("$title", (fixture) => {
  lawOne(fixture);
  lawTwo(fixture);
  lawThree(fixture);
  lawFour(fixture);
  lawFive(fixture);
});
