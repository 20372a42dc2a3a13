import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { freshFolder, openSite } from "../support/appliance-site.ts";
import { MAC } from "../support/site-server.ts";

const run = promisify(execFile);
const BUILD = join(import.meta.dirname, "../../scripts/build-appliance.ts");

test("the one file provisions and runs an appliance where there is no Node", async () => {
  const out = freshFolder();
  await run(process.execPath, [BUILD, out]);
  const program = join(out, "reeve-appliance");
  const site = await openSite();
  const folder = freshFolder();
  const env = { PATH: "/nowhere", REEVE_APPLIANCE_DIR: folder, REEVE_APPLIANCE_SERVER: site.url };
  const ask = (...words: readonly string[]) => run(program, words, { env, cwd: folder });
  expect((await ask("provision", site.code, "--mac", MAC)).stdout).toContain("Provisioning Complete!");
  expect(await ask("run", "--once")).toEqual({
    stdout: expect.stringMatching(/^nepa-clinic:front-desk has checked in: configuration \S+ is in force\n$/),
    stderr: "",
  });
  expect(await site.appliance()).toMatchObject({ phase: "InSync", version: packageJson.version });
  expect((await ask("status")).stdout).toContain("nepa-clinic:front-desk");
  const help = (await ask("--help")).stdout + (await ask("run", "--help")).stdout;
  expect(help.replaceAll(/reeve-appliance|REEVE|Reeve/g, "")).not.toMatch(/reeve/);
  await expect(ask("bogus")).rejects.toMatchObject({ stderr: expect.stringMatching(/unknown command "bogus"/) });
  // As docs/appliance.md says: with a system's symbols or without.
  expect(statSync(program).size / 2 ** 20).toBeLessThan(130);
  await site.close();
});
