/** One request as it came over the wire. */
interface LoggedRequest {
  /** Milliseconds of the machine's clock. */
  readonly at: number;
  readonly user: string;
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `apply`, `delete`, `deletecollection`; `read` for what is not an object. */
  readonly verb: string;
  readonly method: string;
  readonly path: string;
  readonly plural: string;
  readonly isDryRun: boolean;
  /** 0 where the connection was broken. */
  readonly status: number;
  /** Carried out and stored, whatever the client was told. */
  readonly isDone: boolean;
  readonly faults: readonly string[];
}

const READS: ReadonlySet<string> = new Set(["get", "list", "watch", "read"]);

/** What has been asked since the start or the last `clear`. */
export interface RequestLog {
  readonly requests: readonly LoggedRequest[];
  add(request: LoggedRequest): void;
  /** Requests by verb and kind: `apply configmaps`. */
  counts(): Readonly<Record<string, number>>;
  /** Writes that were carried out; dry runs are none. */
  writes(): readonly LoggedRequest[];
  clear(): void;
}

const MOST_KEPT = 50_000;

export function createRequestLog(): RequestLog {
  let requests: LoggedRequest[] = [];
  return {
    get requests() {
      return requests;
    },
    add: (request) => {
      requests.push(request);
      if (requests.length > MOST_KEPT) requests = requests.slice(MOST_KEPT / 2);
    },
    counts: () => countBy(requests),
    writes: () => requests.filter(({ verb, isDone, isDryRun }) => isDone && !isDryRun && !READS.has(verb)),
    clear: () => {
      requests = [];
    },
  };
}

function countBy(requests: readonly LoggedRequest[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { verb, plural, path } of requests) {
    const operation = plural === "" ? `${verb} ${path}` : `${verb} ${plural}`;
    counts.set(operation, (counts.get(operation) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
