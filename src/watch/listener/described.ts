/** How the routes of the API are described, to readers of /openapi.json. */
import type { Scope } from "../config/config.ts";

interface Route {
  readonly summary: string;
  /** What a token needs for it; null where none is asked for. */
  readonly scope: Scope | null;
  /** Status and words of what goes well. */
  readonly answers?: Readonly<Record<number, string>>;
  /** Of more than is refused everywhere. */
  readonly refusals?: Readonly<Record<number, string>>;
  readonly body?: object;
  readonly querystring?: object;
  readonly produces?: readonly string[];
}

const DOOR = {
  401: "A token is needed.",
  403: "The token lacks the scope, or another site sent this.",
  421: "This address is not served under that name.",
} as const;
const CONTENT = { 400: "The request is not as it is described." } as const;

/** The name by which routes ask for it. */
const TOKEN = "token";
export const SECURITY_SCHEMES = {
  [TOKEN]: { type: "http", scheme: "bearer", description: "As `reeve watch token` makes it." },
} as const;

export function describeRoute({ summary, scope, answers, refusals, body, querystring, produces }: Route): object {
  const isAsked = body !== undefined || querystring !== undefined;
  const refused = { ...(scope === null ? {} : DOOR), ...(isAsked ? CONTENT : {}), ...refusals };
  return {
    summary,
    ...(scope === null ? {} : { security: [{ [TOKEN]: [] }], description: `Scope: ${scope}.`, tags: ["watch"] }),
    ...(body === undefined ? {} : { body }),
    ...(querystring === undefined ? {} : { querystring }),
    ...(produces === undefined ? {} : { produces }),
    response: {
      ...described(answers ?? { 200: "As asked." }, (description) => ({ description })),
      ...described(refused, problem),
    },
  };
}

function described(words: Readonly<Record<number, string>>, as: (text: string) => object): object {
  return Object.fromEntries(Object.entries(words).map(([status, text]) => [status, as(text)]));
}

/** RFC 9457. */
function problem(description: string): object {
  return {
    description,
    content: {
      "application/problem+json": {
        schema: {
          type: "object",
          required: ["type", "title", "status"],
          properties: { type: { type: "string" }, title: { type: "string" }, status: { type: "integer" } },
        },
      },
    },
  };
}

/** A body that must not be there is no body that must be sent. */
export function withoutNothing(schema: object): object {
  const { body, ...rest }: { readonly body?: unknown } = schema;
  const isNothing = typeof body === "object" && body !== null && "type" in body && body.type === "null";
  return isNothing ? rest : schema;
}
