import { readFileSync } from "node:fs";

type Headers = Readonly<Record<string, string>>;

export interface GoldenCase {
  readonly case: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Headers;
    readonly body?: unknown;
    readonly user?: string;
  };
  readonly response: {
    readonly status: number;
    readonly headers?: Headers;
    readonly body?: unknown;
    readonly events?: readonly unknown[];
  };
}

export interface Golden {
  readonly topic: string;
  readonly cases: readonly GoldenCase[];
}

export function readGolden(topic: string): Golden {
  const file = new URL(`../../fixtures/kubernetes-goldens/${topic}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as Golden;
}

const REPEAT = /^REPEAT:(.):(\d+)$/;

/** The request's body, with `REPEAT:x:9` spelled out. */
export function bodyOf(body: unknown): unknown {
  const text = JSON.stringify(body, (_key, value: unknown) => {
    const match = typeof value === "string" ? REPEAT.exec(value) : null;
    return match === null ? value : (match[1] ?? "").repeat(Number(match[2]));
  });
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}
