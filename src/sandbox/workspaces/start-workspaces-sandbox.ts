import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createEngine } from "./engine.ts";
import type { FaultRequest } from "./faults.ts";
import { createHttpServer } from "./http.ts";
import type { RequestLog } from "./request-log.ts";
import { DEFAULT_RULES, type Rules } from "./rules.ts";
import { folderStore, memoryStore } from "./store.ts";
import { createVirtualClock } from "./virtual-clock.ts";
import type { World } from "./world.ts";

export interface SandboxOptions {
  /** Where the world is kept; in memory when left out. */
  readonly folder?: string;
  /** 0, the default, is a free one. */
  readonly port?: number;
  /** Virtual seconds in a real one; 0, the default, is a clock that only moves by hand. */
  readonly factor?: number;
  /** Where virtual time begins in a new world: now, when left out. */
  readonly start?: Date;
  /** 123456789012 when left out. */
  readonly accountId?: string;
  /** Desktops a region in a new world; 1, as the service starts an account with, when left out. */
  readonly quota?: number;
  readonly seed?: number;
  /** What differs from DEFAULT_RULES. */
  readonly rules?: Partial<Omit<Rules, "durations">> & { readonly durations?: Partial<Rules["durations"]> };
  /** Real time, for the throttle, tokens and the factor: the machine's clock when left out. */
  readonly realNow?: () => number;
}

export interface WorkspacesSandbox {
  readonly endpoint: string;
  readonly log: RequestLog;
  /** The world as it stands now. */
  readonly world: World;
  /** Virtual seconds in a real one. */
  readonly factor: number;
  now(): Date;
  advance(seconds: number): void;
  inject(fault: FaultRequest): void;
  close(): Promise<void>;
}

/** Starts the stand-in on loopback: docs/sandbox.md. */
export async function startWorkspacesSandbox(options: SandboxOptions = {}): Promise<WorkspacesSandbox> {
  const realNow = options.realNow ?? (() => performance.timeOrigin + performance.now());
  const start = options.start?.getTime() ?? Math.floor(realNow());
  const { durations, ...rules } = options.rules ?? {};
  const engine = createEngine({
    seed: {
      accountId: options.accountId ?? "123456789012",
      start,
      seed: options.seed ?? 1,
      quota: options.quota ?? 1,
    },
    rules: { ...DEFAULT_RULES, ...rules, durations: { ...DEFAULT_RULES.durations, ...durations } },
    store: options.folder === undefined ? memoryStore : folderStore(options.folder),
    clock: createVirtualClock(start, options.factor ?? 0, realNow),
    realNow,
  });
  const server = createHttpServer(engine);
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    log: engine.log,
    get world() {
      engine.settle();
      return engine.world;
    },
    factor: engine.clock.factor,
    now: () => new Date(engine.clock.now()),
    advance: (seconds) => engine.advance(seconds * 1000),
    inject: (fault) => engine.inject(fault),
    close: async () => {
      engine.save();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
