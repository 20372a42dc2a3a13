/** The daemon's API as it describes itself. */
import { expect, test } from "vitest";
import { openListener } from "../../src/watch/listener/open-listener.ts";
import type { WatchView } from "../../src/watch/listener/view.ts";

const VIEW: WatchView = {
  isSandbox: false,
  status: () => {
    throw new Error("nobody asks");
  },
  sight: () => null,
  applies: () => [],
  appliances: () => [],
  decide: async () => null,
  now: () => new Date(0),
  pause: () => undefined,
  resume: () => undefined,
  wake: () => undefined,
};

interface Operation {
  readonly security?: readonly object[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

test("/openapi.json says what is sent, what comes back, and where a token is needed", async () => {
  const listener = await openListener({
    listen: { host: "127.0.0.1", port: 0, tokens: [] },
    view: VIEW,
    log: () => undefined,
  });
  const answer = await listener.app.inject({ method: "GET", url: "/openapi.json", headers: { host: "127.0.0.1" } });
  await listener.close();
  const described = answer.json<{
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    readonly components: { readonly securitySchemes: object };
  }>();
  expect(Object.keys(described.components.securitySchemes)).toEqual(["token"]);
  const rows = Object.entries(described.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security, requestBody, responses }]) =>
      [method, path, Object.keys(responses).join(" "), security && "token", requestBody && "body"]
        .filter((word) => word !== undefined)
        .join(" "),
    ),
  );
  expect(rows).toEqual([
    "get /healthz 200",
    "get /readyz 200 503",
    "get /metrics 200 401 403 421 token",
    "get /api/v1/status 200 401 403 421 token",
    "get /api/v1/plan 200 401 403 421 token",
    "get /api/v1/applies 200 401 403 421 token",
    "get /api/v1/appliances 200 401 403 421 token",
    "get /api/v1/expiring 200 401 403 421 token",
    "get /api/v1/resources 200 400 401 403 421 token",
    "post /api/v1/pause 200 400 401 403 421 token body",
    "post /api/v1/resume 200 400 401 403 421 token",
    "post /api/v1/round 202 400 401 403 421 token",
  ]);
});
