import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan } from "../../src/plan/plan.ts";
import { makeNamespace, type NetworkNamespace, uniqueName } from "./netns.ts";
import { type Ran, runReeve } from "./reeve.ts";

/** A peer's spec as it is written in its document; hubs are filled in. */
export type PeerSpec = Readonly<Record<string, unknown>> & { readonly publicKey: string };

/** The documents of one step: the hub's spec (what differs from the least it needs) and its peers by name. */
export interface Documents {
  readonly hub?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly peers: Readonly<Record<string, PeerSpec>>;
}

/** A hub of `host: local` in a namespace, worked on by the real program. */
export interface LiveHub {
  readonly space: NetworkNamespace;
  readonly folder: string;
  readonly link: string;
  readonly configFile: string;
  write(documents: Documents): void;
  reeve(...args: readonly string[]): Promise<Ran>;
  plan(): Promise<Plan>;
  publicKey(): string;
  /** `wg show LINK what`, keyed by public key. */
  show(what: "allowed-ips" | "latest-handshakes" | "endpoints"): Readonly<Record<string, string>>;
  dispose(): void;
}

export function makeLiveHub(): LiveHub {
  const space = makeNamespace("rh");
  const folder = mkdtempSync(join(tmpdir(), "reeve-live-"));
  const link = uniqueName("rh");
  const configFile = join(folder, "hub", `${link}.conf`);
  mkdirSync(join(folder, "desired-state"));
  mkdirSync(join(folder, "hub"));
  const reeve = (...args: readonly string[]): Promise<Ran> =>
    runReeve(args, { cwd: folder, prefix: ["ip", "netns", "exec", space.name] });
  return {
    space,
    folder,
    link,
    configFile,
    write: (documents) =>
      writeFileSync(join(folder, "desired-state/reeve.yaml"), textOf(documents, { link, configFile })),
    reeve,
    plan: async () => JSON.parse((await reeve("plan", "--format", "json")).stdout) as Plan,
    publicKey: () => execFileSync("wg", ["show", link, "public-key"], { encoding: "utf8" }).trim(),
    show: (what) => {
      const shown = spawnSync("wg", ["show", link, what], { encoding: "utf8" }).stdout;
      return Object.fromEntries(
        shown
          .split("\n")
          .filter(Boolean)
          .map((line) => line.split("\t") as [string, string]),
      );
    },
    dispose: () => {
      space.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** JSON is YAML: the documents are written as one stream of it. */
function textOf(documents: Documents, place: { readonly link: string; readonly configFile: string }): string {
  const document = (kind: string, metadata: object, spec: object): string =>
    JSON.stringify({ apiVersion: "reeve.dev/v1", kind, metadata, spec }, null, 1);
  const hub = {
    host: { local: {} },
    interface: place.link,
    configFile: place.configFile,
    privateKeyFrom: { file: place.configFile.replace(/conf$/, "key") },
    addresses: ["10.8.0.1/16"],
    listenPort: 51_820,
    endpoint: "192.0.2.1:51820",
    ...documents.hub,
  };
  return [
    document("Estate", { name: "live" }, { safety: { maxDeletes: { percent: 100, atLeast: 1000 } } }),
    document("WireGuardHub", { name: "hub", annotations: documents.annotations ?? {} }, hub),
    ...Object.entries(documents.peers).map(([name, spec]) =>
      document("WireGuardPeer", { name }, { hubs: ["hub"], ...spec }),
    ),
  ].join("\n---\n");
}
