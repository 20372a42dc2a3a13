import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../support/replace-file.ts";
import { userError } from "../../support/user-error.ts";
import type { Region, World } from "./world.ts";

/** Where a world is kept between runs. */
export interface Store {
  load(): World | null;
  /** On the disk when it returns: what a client was told survives `kill -9`. */
  save(world: World): void;
}

export const memoryStore: Store = { load: () => null, save: () => undefined };

const FORMAT = 1;

/** `world.json` and a file a region; only files whose text has changed are written. */
export function folderStore(folder: string): Store {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (file.endsWith(".tmp")) rmSync(join(folder, file), { force: true });
  const written = new Map<string, string>();
  const write = (file: string, value: unknown): void => {
    const text = `${JSON.stringify(value)}\n`;
    if (written.get(file) === text) return;
    replaceFile(join(folder, file), text, 0o600);
    written.set(file, text);
  };
  return {
    load: () => loadWorld(folder),
    save: ({ regions, ...head }) => {
      for (const region of Object.values(regions)) write(`${region.name}.json`, region);
      write("world.json", { format: FORMAT, ...head, regions: Object.keys(regions) });
    },
  };
}

interface Head extends Omit<World, "regions"> {
  readonly format: number;
  readonly regions: readonly string[];
}

function loadWorld(folder: string): World | null {
  try {
    const text = readText(join(folder, "world.json"));
    if (text === null) return null;
    const { format, regions, ...head } = JSON.parse(text) as Head;
    if (format !== FORMAT) throw new TypeError(`format ${format}`);
    const loaded = regions.map((name) => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as Region);
    return { ...head, regions: Object.fromEntries(loaded.map((region) => [region.name, region])) };
  } catch (error) {
    throw userError(
      "bad-sandbox-state",
      `the sandbox's state in ${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      "delete the folder to begin anew",
    );
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
