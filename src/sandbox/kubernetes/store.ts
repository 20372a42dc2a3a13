import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../../support/json.ts";
import { replaceFile } from "../../support/replace-file.ts";
import { userError } from "../../support/user-error.ts";
import type { Certificate } from "./certificate.ts";
import { isObject, type JsonObject, listIn, objectOf, textOf } from "./schema.ts";
import {
  changesSince,
  contentsOf,
  emptyWorld,
  idOf,
  namespaceOf,
  placeObject,
  type Revision,
  versionOf,
  type World,
} from "./world.ts";

/** Where a cluster is kept between runs. */
export interface Store {
  load(): World | null;
  /** On the disk when it returns: what a client was told survives `kill -9`. */
  save(world: World): void;
  /** The server's certificate, made once: a kubeconfig stays good over restarts. */
  certificate(make: () => Certificate): Certificate;
}

export const memoryStore: Store = { load: () => null, save: () => undefined, certificate: (make) => make() };

const FORMAT = 1;

/** A file a namespace, each with the version it was written at, and the certificate. Only what has changed is written. */
export function folderStore(folder: string): Store {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (file.endsWith(".tmp")) rmSync(join(folder, file), { force: true });
  let saved = -1;
  const write = (file: string, value: unknown): void =>
    replaceFile(join(folder, file), `${JSON.stringify(value)}\n`, 0o600);
  return {
    load: () => {
      const world = loadWorld(folder);
      saved = world?.revision ?? -1;
      return world;
    },
    save: (world) => {
      if (world.revision === saved) return;
      const head = { format: FORMAT, revision: world.revision, addresses: world.addresses };
      for (const namespace of namespacesChangedSince(world, saved)) {
        write(fileOf(namespace), { ...head, objects: objectsIn(world, namespace) });
      }
      saved = world.revision;
    },
    certificate: (make) => {
      const kept = readObject(join(folder, "certificate.json"));
      if (kept !== null) return { certificate: textOf(kept.certificate), key: textOf(kept.key) };
      const made = make();
      write("certificate.json", made);
      return made;
    },
  };
}

/** Objects outside any namespace are kept in a file of a name that no namespace can have. */
function fileOf(namespace: string): string {
  return `objects-${namespace === "" ? "_" : namespace}.json`;
}

function namespacesChangedSince(world: World, revision: number): ReadonlySet<string> {
  return new Set(changesSince(world, revision).map(({ id }) => namespaceOf(id)));
}

function objectsIn(world: World, namespace: string): JsonObject {
  const kinds: Record<string, JsonObject[]> = {};
  for (const { key, object } of contentsOf(world, namespace)) (kinds[key] ??= []).push(object);
  return kinds;
}

function loadWorld(folder: string): World | null {
  try {
    const files = readdirSync(folder).filter((name) => name.startsWith("objects-"));
    if (files.length === 0) return null;
    const world = emptyWorld();
    for (const file of files) addFile(world, join(folder, file));
    world.compactedAt = world.revision;
    world.history = everythingAsNew(world);
    return world;
  } catch (error) {
    throw userError(
      "bad-sandbox-state",
      `the sandbox's cluster in ${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      "delete the folder to begin anew",
    );
  }
}

/** What controllers had not come to before the end of the last process, they come to in this one. */
function everythingAsNew(world: World): Revision[] {
  const kept = [...world.places.keys()].flatMap((namespace) => contentsOf(world, namespace));
  return kept
    .map(({ key, object }) => ({
      revision: Number(versionOf(object)),
      key,
      id: idOf(object),
      before: undefined,
      after: object,
    }))
    .toSorted((a, b) => a.revision - b.revision);
}

function addFile(world: World, path: string): void {
  const file = readObject(path) ?? {};
  if (file.format !== FORMAT) throw new TypeError(`format ${JSON.stringify(file.format)}`);
  world.revision = Math.max(world.revision, numberIn(file, "revision"));
  world.addresses = Math.max(world.addresses, numberIn(file, "addresses"));
  for (const [key, objects] of Object.entries(objectOf(file.objects))) {
    for (const object of listIn(objects).map(objectOf)) placeObject(world, key, object);
  }
}

function numberIn(head: JsonObject, name: string): number {
  const value = head[name];
  if (typeof value !== "number") throw new TypeError(`${name} is not a number`);
  return value;
}

function readObject(path: string): JsonObject | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return null;
  }
  const value = JSON.parse(text) as Json;
  if (!isObject(value)) throw new TypeError(`${path} holds no object`);
  return value;
}
