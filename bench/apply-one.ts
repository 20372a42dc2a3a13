import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeNamespace, uniqueName } from "../test/support/netns.ts";
import { type EstateOnDisk, writeEstate } from "./estate-on-disk.ts";
import { median, ms, pair, run, table } from "./measure.ts";

const ROUNDS = 15;

/**
 * One changed peer on a large live hub. The interface step is what Reeve's hub script does to the interface (`wg addconf`
 * with the one peer), against `wg syncconf` of the whole file, in turn in one namespace. The whole apply is shown beside
 * it: reading documents and hub, planning, the file with its syncs, the step, the reading back.
 */
export async function benchApply({
  cli,
  count,
  folders,
}: {
  cli: string;
  count: number;
  folders: string[];
}): Promise<string> {
  const space = makeNamespace("bn");
  try {
    const estate = writeEstate(count, "local", uniqueName("wb"));
    folders.push(estate.folder);
    const inside = ["ip", "netns", "exec", space.name];
    const reeve = (...args: string[]) =>
      run([...inside, process.execPath, cli, ...args, "--log-level", "quiet"], { cwd: estate.folder });
    reeve("apply", "--auto-approve");
    const step = benchStep(estate, inside);
    const whole = Array.from({ length: 3 }, (_, round) => {
      estate.editOne(round);
      return reeve("apply", "--auto-approve").milliseconds;
    });
    const head = ["peers", "interface step", "wg syncconf, whole file", "times faster", "aim", "whole apply"];
    const row = [String(count), ms(step.b), ms(step.a), step.ratio.toFixed(1), "at least 5", ms(median(whole))];
    return `## One changed peer on a live hub\n\n${table(head, [row])}`;
  } finally {
    space.dispose();
  }
}

function benchStep(estate: EstateOnDisk, inside: readonly string[]): ReturnType<typeof pair> {
  const stripped = run([...inside, "wg-quick", "strip", estate.configFile]).stdout;
  const wholeFile = join(estate.folder, "whole.conf");
  writeFileSync(wholeFile, stripped, { mode: 0o600 });
  const onePeer = join(estate.folder, "one.conf");
  const block =
    readFileSync(wholeFile, "utf8")
      .split("\n\n")
      .find((part) => part.includes("[Peer]")) ?? "";
  let round = 0;
  const addconf = (): number => {
    round += 1;
    writeFileSync(onePeer, block.replace(/AllowedIPs = .*/, `AllowedIPs = 10.254.0.${(round % 250) + 1}/32`), {
      mode: 0o600,
    });
    return run([...inside, "wg", "addconf", estate.link, onePeer]).milliseconds;
  };
  return pair(ROUNDS, () => run([...inside, "wg", "syncconf", estate.link, wholeFile]).milliseconds, addconf);
}
