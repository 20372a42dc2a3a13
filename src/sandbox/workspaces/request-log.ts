import { isWrite } from "./operations.ts";

/** One request as it came over the wire: what the SDK retries on its own is here too. */
interface LoggedRequest {
  readonly id: string;
  /** Real milliseconds. */
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly isWrite: boolean;
  /** 0 where the connection was dropped. */
  readonly status: number;
  readonly error: string | null;
  /** Carried out, whatever the client was told. */
  readonly isDone: boolean;
  readonly faults: readonly string[];
  readonly input: unknown;
}

/** What has been asked since the start or the last `clear`. */
export interface RequestLog {
  readonly requests: readonly LoggedRequest[];
  add(request: Omit<LoggedRequest, "isWrite">): void;
  /** Requests by operation. */
  counts(): Readonly<Record<string, number>>;
  /** Writes that were carried out. */
  writes(): readonly LoggedRequest[];
  /** The most requests in any second. */
  peakPerSecond(): number;
  clear(): void;
}

const MOST_KEPT = 20_000;

export function createRequestLog(): RequestLog {
  let requests: LoggedRequest[] = [];
  return {
    get requests() {
      return requests;
    },
    add: (request) => {
      requests.push({ ...request, isWrite: isWrite(request.operation) });
      if (requests.length > MOST_KEPT) requests = requests.slice(MOST_KEPT / 2);
    },
    counts: () => countBy(requests),
    writes: () => requests.filter((request) => request.isWrite && request.isDone),
    peakPerSecond: () => peak(requests.map((request) => request.at)),
    clear: () => {
      requests = [];
    },
  };
}

function countBy(requests: readonly LoggedRequest[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { operation } of requests) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function peak(times: readonly number[]): number {
  let first = 0;
  let most = 0;
  for (const [index, time] of times.entries()) {
    while ((times[first] ?? time) <= time - 1000) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
