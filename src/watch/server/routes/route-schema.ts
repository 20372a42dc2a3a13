/** How a route is described, to whoever asks it wrongly and to readers of /openapi.json. */

import type { BodyName } from "../../../protocol/body-schemas.ts";
import type { OPERATOR_SCHEMAS } from "../../../protocol/operator-schemas.ts";
import { PROBLEMS, type ProblemType } from "../../../protocol/problems.ts";

type SchemaName = BodyName | keyof typeof OPERATOR_SCHEMAS;

export interface RouteFacts {
  readonly summary: string;
  readonly body?: SchemaName;
  readonly querystring?: object;
  /** Status and body of what goes well; null where there is none, `text` where it is no JSON. */
  readonly answers: Readonly<Record<number, SchemaName | "text" | null>>;
  readonly refusals: readonly ProblemType[];
}

/** Of everything that is posted, whether a body is wanted or not. */
export const POSTED = ["validation", "too-large", "unsupported-type"] as const satisfies readonly ProblemType[];

/** Of everything that takes a token. */
export const BY_TOKEN = [
  "no-token",
  "scope-missing",
  "too-many-requests",
  "store-unavailable",
] as const satisfies readonly ProblemType[];

export function routeSchema({ summary, body, querystring, answers, refusals }: RouteFacts): Record<string, unknown> {
  const all = new Set([...refusals, ...(body === undefined ? [] : POSTED)]);
  const byStatus = Map.groupBy(all, (type) => PROBLEMS[type].status);
  const good = Object.entries(answers).map(([status, name]) => [status, schemaOf(name)]);
  const bad = [...byStatus].map(([status, types]) => [status, { $ref: "Problem#", description: types.join(", ") }]);
  return {
    summary,
    ...(body === undefined ? {} : { body: { $ref: `${body}#` } }),
    ...(querystring === undefined ? {} : { querystring }),
    response: Object.fromEntries([...good, ...bad]),
  };
}

function schemaOf(name: SchemaName | "text" | null): object {
  if (name === null) return { type: "null", description: "Nothing more to say." };
  return name === "text" ? { type: "string" } : { $ref: `${name}#` };
}
