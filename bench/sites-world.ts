/**
 * A site server as a process of its own, with its database in a folder and a time of its own. argv: the folder, and a file with
 * the appliances' ids and keys. A line on stdin lets so many seconds pass and then has what is
 * no longer used collected; each is answered by a line of figures.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { readApplianceId } from "../src/protocol/appliance-id.ts";
import { applianceOf, commitOf, openBench, siteOf } from "../test/support/site-server.ts";

export interface Enrolled {
  readonly id: string;
  readonly signKey: string;
  readonly recipient: string;
}

export interface WorldFigures {
  /** Milliseconds since 1970, of its own time. */
  readonly now: number;
  /** Since the start. */
  readonly cpuMilliseconds: number;
  readonly residentMib: number;
  /** Of what is still in use. */
  readonly heapMib: number;
}

const [folder = "", keys = ""] = process.argv.slice(2);
const enrolled = JSON.parse(readFileSync(keys, "utf8")) as readonly Enrolled[];
const bySite = Map.groupBy(enrolled, ({ id }) => readApplianceId(id)?.site ?? "");
const sites = [...bySite].map(([site, members]) => {
  const appliances = members.map(({ id, signKey, recipient }) =>
    applianceOf({ name: readApplianceId(id)?.appliance ?? "", identity: { signKey, recipient } }),
  );
  return [site, siteOf({ appliances })] as const;
});
const bench = await openBench(commitOf(Object.fromEntries(sites)), { path: join(folder, "sites.db") });
process.stdout.write(`${await bench.server.app.listen({ host: "127.0.0.1", port: 0 })}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  for (let left = Number(line); left > 0; left -= 60) {
    bench.pass(Math.min(left, 60));
    await bench.server.sweep();
  }
  if (Number(line) > 0) globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const figures: WorldFigures = {
    now: bench.now.getTime(),
    cpuMilliseconds: (user + system) / 1000,
    residentMib: rss / 2 ** 20,
    heapMib: heapUsed / 2 ** 20,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}
await bench.server.close();
await bench.store.close();
