import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { durationSeconds } from "../support/duration.ts";
import { steadyClock } from "../support/steady-clock.ts";
import { systemClock } from "../support/system-clock.ts";
import type { WatchConfig } from "../watch/config/config.ts";
import { readSecret } from "../watch/config/read-secret.ts";
import { bothLeases } from "../watch/lease/both-leases.ts";
import { fileLease } from "../watch/lease/file-lease.ts";
import type { Lease } from "../watch/lease/lease.ts";
import { postgresLease } from "../watch/lease/postgres-lease.ts";
import { recordLease } from "../watch/lease/record-lease.ts";
import type { Io } from "./command.ts";
import { kubernetesLeaseStore } from "./kubernetes-lease.ts";

export interface LeaseWorld {
  readonly io: Io;
  /** Null where no GitHub repository is named. */
  readonly github: Lease | null;
}

/** The file of this host, and what several hosts share where the settings name it. A lease's end does not move when somebody sets the clock. */
export function openLease({ lease }: WatchConfig, own: string, { io, github }: LeaseWorld): Lease {
  const file = fileLease(own, systemClock);
  const holder = `${hostname()}_${randomUUID()}`;
  const { kubernetes, postgres } = lease ?? {};
  if (kubernetes !== undefined) {
    const durationMs = durationSeconds(kubernetes.duration) * 1000;
    const wall = { environment: io.environment, clock: systemClock };
    const store = kubernetesLeaseStore({ place: kubernetes, ...wall, durationMs });
    const description = `the Lease ${kubernetes.namespace}/${kubernetes.name}`;
    return bothLeases(file, recordLease({ store, description, holder, clock: steadyClock, durationMs }));
  }
  if (postgres === undefined) return github === null ? file : bothLeases(file, github);
  const { urlFrom, name } = postgres;
  const url = (): string => readSecret(urlFrom, io.environment);
  return bothLeases(file, postgresLease({ url, name, holder, clock: steadyClock }));
}
