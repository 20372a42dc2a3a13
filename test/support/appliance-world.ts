/** An appliance in this process: provisioned at a site server, its rounds run one by one. */
import type { Network } from "../../src/appliance/domain/network.ts";
import { openFolder } from "../../src/appliance/keep/folder.ts";
import type { LogFields } from "../../src/appliance/log.ts";
import { provision } from "../../src/appliance/provision/provision.ts";
import type { World } from "../../src/appliance/run/appliance.ts";
import { freshFolder, type Site } from "./appliance-site.ts";
import { MAC } from "./site-server.ts";

export interface TestWorld extends World {
  /** Events as they were logged, with their fields. */
  readonly logged: readonly string[];
  /** Sleeps so far, in milliseconds. */
  readonly slept: readonly number[];
  stop(): void;
}

/** Sleeping takes no time; `maxSleeps` of them end the program. */
export async function provisionedWorld(
  site: Site,
  {
    network = { resolvers: [], domains: [] },
    maxSleeps = 1e6,
    endpoint = site.url,
  }: { network?: Network; maxSleeps?: number; endpoint?: string } = {},
): Promise<TestWorld> {
  const folder = openFolder(freshFolder());
  const stopping = new AbortController();
  const logged: string[] = [];
  const slept: number[] = [];
  const world: TestWorld = {
    folder,
    isFolderChosen: true,
    clock: {
      now: () => site.bench.now,
      sleep: async (milliseconds) => {
        slept.push(milliseconds);
        site.bench.pass(milliseconds / 1000);
        if (slept.length >= maxSleeps) stopping.abort();
      },
    },
    random: () => 0.5,
    log: (event: string, fields: LogFields = {}) => void logged.push(`${event} ${JSON.stringify(fields)}`),
    signal: stopping.signal,
    network: () => network,
    version: "1.0.0",
    logged,
    slept,
    stop: () => stopping.abort(),
  };
  const machine = { mac: MAC, hostname: "clinic-appliance" };
  await provision({ ...world, endpoint, code: site.code, machine, patienceMs: 0 });
  return world;
}
