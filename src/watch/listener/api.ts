/** `/healthz`, `/readyz`, `/metrics`, `/openapi.json`, and the JSON API. */
import type { FastifyInstance } from "fastify";
import { admit, type Door, visitorFrom } from "./admit.ts";
import { describeRoute } from "./described.ts";
import { renderMetrics } from "./metrics.ts";
import { sendProblem } from "./problem.ts";
import { rowsOf, searchRows } from "./rows.ts";
import type { WatchView } from "./view.ts";

const SEARCH = {
  type: "object",
  additionalProperties: false,
  properties: {
    kind: { type: "string", maxLength: 100, description: "Of this kind alone." },
    q: { type: "string", maxLength: 200, description: "With these characters in name, state or pending action." },
    page: { type: "string", pattern: "^[1-9][0-9]{0,6}$", description: "From 1." },
    perPage: { type: "string", pattern: "^([1-9][0-9]{0,2}|1000)$", description: "At most 1000." },
  },
} as const;

interface SearchQuery {
  readonly kind?: string;
  readonly q?: string;
  readonly page?: string;
  readonly perPage?: string;
}

export function registerApi(app: FastifyInstance, door: Door, view: WatchView): void {
  registerHealth(app, door, view);
  registerReads(app, door, view);
  registerActs(app, door, view);
}

function registerHealth(app: FastifyInstance, door: Door, view: WatchView): void {
  const alive = describeRoute({ summary: "Whether the process answers.", scope: null });
  app.get("/healthz", { schema: alive }, async () => ({ status: "ok" }));
  const ready = {
    summary: "Whether a round has ended with valid documents.",
    scope: null,
    refusals: { 503: "Not yet." },
  };
  app.get("/readyz", { schema: describeRoute(ready) }, async (_request, reply) => {
    const { round, tree } = view.status();
    if (round !== null && tree !== null) return { status: "ready" };
    reply.header("Retry-After", "5");
    return sendProblem(reply, { status: 503, type: "not-ready", title: "no round has ended yet" });
  });
  const onRequest = admit(door, "read", sendProblem);
  const metrics = describeRoute({ summary: "For Prometheus.", scope: "read", produces: ["text/plain"] });
  app.get("/metrics", { onRequest, schema: metrics }, async (_request, reply) => {
    reply.type("text/plain; version=0.0.4; charset=utf-8");
    return renderMetrics(view);
  });
  app.get("/openapi.json", { onRequest, schema: { hide: true } }, async () => app.swagger());
}

function registerReads(app: FastifyInstance, door: Door, view: WatchView): void {
  const onRequest = admit(door, "read", sendProblem);
  const get = (path: string, summary: string, answer: () => unknown): void => {
    app.get(`/api/v1/${path}`, { onRequest, schema: describeRoute({ summary, scope: "read" }) }, async () => answer());
  };
  get("status", "How the daemon stands, and what differs.", () => view.status());
  get("plan", "The plan as the last round left it.", () => ({ plan: view.sight()?.plan ?? null }));
  get("applies", "Recent applies, the latest first.", () => ({ applies: view.applies() }));
  get("appliances", "Appliances and their phases.", () => ({ appliances: view.appliances() }));
  get("expiring", "What ends, the soonest first.", () => {
    const now = view.now().toISOString();
    return {
      expiring: rowsOf(view.sight())
        .endings.filter(({ at }) => at > now)
        .slice(0, 1000),
    };
  });
  const summary = "Declared resources and how they stand.";
  const schema = describeRoute({ summary, scope: "read", querystring: SEARCH });
  app.get<{ Querystring: SearchQuery }>("/api/v1/resources", { onRequest, schema }, async ({ query }) => {
    const { kind = "", q = "", page = "1", perPage = "100" } = query;
    const search = { kind, text: q, page: Number(page), perPage: Number(perPage) };
    const { rows, ...paging } = searchRows(rowsOf(view.sight()), search);
    return { resources: rows, ...paging };
  });
}

const REASON = {
  type: "object",
  required: ["reason"],
  additionalProperties: false,
  properties: { reason: { type: "string", minLength: 1, maxLength: 500, pattern: "\\S" } },
} as const;

function registerActs(app: FastifyInstance, door: Door, view: WatchView): void {
  const onRequest = admit(door, "operate", sendProblem);
  const pausing = describeRoute({ summary: "Change nothing until `resume`.", scope: "operate", body: REASON });
  app.post<{ Body: { readonly reason: string } }>("/api/v1/pause", { onRequest, schema: pausing }, async (request) => {
    view.pause(request.body.reason, visitorFrom(request, door)?.name ?? "");
    return { pause: view.status().pause };
  });
  const empty = { type: "null" };
  const resuming = describeRoute({ summary: "End a pause.", scope: "operate", body: empty });
  app.post("/api/v1/resume", { onRequest, schema: resuming }, async (request) => {
    view.resume(visitorFrom(request, door)?.name ?? "");
    return { pause: null };
  });
  const asked = { 202: "It is asked for." };
  const looking = describeRoute({
    summary: "Look at the world now.",
    scope: "operate",
    body: empty,
    answers: asked,
  });
  app.post("/api/v1/round", { onRequest, schema: looking }, async (_request, reply) => {
    view.wake();
    return reply.code(202).send({ status: "asked for" });
  });
}
