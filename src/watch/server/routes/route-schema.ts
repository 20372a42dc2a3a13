/** How a route is described, to whoever asks it wrongly and to readers of /openapi.json. */

import type { BodyName } from "../../../protocol/body-schemas.ts";
import { PROBLEMS, type ProblemType } from "../../../protocol/problems.ts";

export interface RouteFacts {
  readonly summary: string;
  readonly body?: BodyName;
  /** Status and body of what goes well; null where there is none. */
  readonly answers: Readonly<Record<number, BodyName | null>>;
  readonly refusals: readonly ProblemType[];
}

export function routeSchema({ summary, body, answers, refusals }: RouteFacts): Record<string, unknown> {
  const byStatus = Map.groupBy(refusals, (type) => PROBLEMS[type].status);
  const good = Object.entries(answers).map(([status, name]) => [
    status,
    name === null ? { type: "null", description: "Nothing more to say." } : { $ref: `${name}#` },
  ]);
  const bad = [...byStatus].map(([status, types]) => [status, { $ref: "Problem#", description: types.join(", ") }]);
  return {
    summary,
    ...(body === undefined ? {} : { body: { $ref: `${body}#` } }),
    response: Object.fromEntries([...good, ...bad]),
  };
}
