import { join } from "node:path";
import type {
  Hub,
  HubFile,
  HubReading,
  HubSnapshot,
  HubWrite,
  LiveDelta,
  PresharedSource,
} from "../../src/providers/wireguard/model.ts";
import type { NetworkNamespace } from "./netns.ts";
import { fileOf, NO_DELTA, snapshotOf } from "./wireguard-hub.ts";

/** What the worker process is asked. */
export interface HubAsk {
  readonly hub: Hub;
  readonly root: string;
  readonly preshared?: Readonly<Record<string, PresharedSource>>;
  readonly write?: HubWrite;
  readonly retire?: string;
}

/** A local hub whose host is a network namespace. */
export interface HubInNamespace {
  ask(more: Omit<HubAsk, "hub" | "root">): HubReading;
  read(preshared?: HubAsk["preshared"]): HubSnapshot;
  /** Reads, then writes what is left out of `file` and `delta` as it is. */
  write(file: Partial<HubFile>, delta: Partial<LiveDelta>, preshared?: HubAsk["preshared"]): HubSnapshot;
}

export function hubInNamespace(space: NetworkNamespace, hub: Hub, root: string): HubInNamespace {
  const ask = (more: Omit<HubAsk, "hub" | "root">): HubReading => {
    const input = JSON.stringify({ hub, root, ...more } satisfies HubAsk);
    const done = space.try([process.execPath, join(import.meta.dirname, "hub-worker.ts")], input);
    if (done.status !== 0) throw new Error(done.stderr);
    return JSON.parse(done.stdout) as HubReading;
  };
  const read = (preshared: HubAsk["preshared"] = {}): HubSnapshot => snapshotOf(ask({ preshared }));
  return {
    ask,
    read,
    write: (file, delta, preshared = {}) => {
      const expectedFingerprint = read(preshared).fingerprint;
      const write = { expectedFingerprint, file: fileOf(hub, file), delta: { ...NO_DELTA, ...delta } };
      return snapshotOf(ask({ write, preshared }));
    },
  };
}
