/**
 * `npm run bench`: figures as ratios in one run, over the built program. `-- --quick` leaves the 50,000 peers out,
 * `-- --paced` plans 10,000 desktops at AWS's own pace too, which takes minutes. What a machine lacks (root,
 * wireguard-go, terraform) is said and left out.
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { systemTestsMissing } from "../test/support/system.ts";
import { benchApply } from "./apply-one.ts";
import { benchDesktops } from "./desktops-in-sync.ts";
import { benchGrants } from "./grants-in-sync.ts";
import { benchProof } from "./grants-proof.ts";
import { benchComment } from "./plan-comment.ts";
import { benchPlan } from "./plan-in-sync.ts";
import { benchCheckins } from "./sites-checkins.ts";
import { benchStartUp } from "./start-up.ts";
import { benchTerraform } from "./terraform.ts";

const CLI = join(import.meta.dirname, "../dist/cli.js");
const isQuick = process.argv.includes("--quick");
const isPaced = process.argv.includes("--paced");
const sizes = isQuick ? [1000, 10_000] : [1000, 10_000, 50_000];

async function main(): Promise<void> {
  if (!existsSync(CLI)) throw new Error("build first: npm run build");
  const missing = systemTestsMissing("wireguard");
  const folders: string[] = [];
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  try {
    say(`# Benchmark, Node ${process.versions.node}\n`);
    say(benchStartUp(CLI));
    say(benchComment());
    say(await benchPlan({ cli: CLI, sizes, host: "file", folders }));
    if (missing === null) {
      say(await benchPlan({ cli: CLI, sizes, host: "local", folders }));
      say(await benchApply({ cli: CLI, count: 10_000, folders }));
    } else say(`Live hubs left out: ${missing}\n`);
    say(await benchDesktops({ cli: CLI, sizes: [1000, 10_000], pacedUpTo: isPaced ? 10_000 : 1000, folders }));
    say(await benchGrants({ cli: CLI, sizes: isQuick ? [100] : [100, 1000], folders }));
    say(await benchCheckins({ sizes: isQuick ? [100, 1000] : [1000, 10_000], minutes: isQuick ? 20 : 60, folders }));
    say(benchProof(isQuick ? [100] : [100, 1000]));
    say(benchTerraform(sizes.filter((size) => size <= 10_000)));
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

await main();
