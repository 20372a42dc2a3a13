/** Whether it lives, whether it can serve, what it counts, what it understands. */
import type { FastifyInstance } from "fastify";
import { Counter, Gauge, Registry } from "prom-client";
import { PHASES } from "../../../protocol/phases.ts";
import { authenticatesOperator } from "../authenticate.ts";
import { type ServerContext, send } from "../context.ts";
import { answer, refuse } from "../reply.ts";
import { BY_TOKEN, routeSchema } from "./route-schema.ts";

const ALIVE = routeSchema({ summary: "Alive.", answers: { 200: "AliveAnswer" }, refusals: [] });
const READY = routeSchema({
  summary: "Can serve.",
  answers: { 200: "ReadyAnswer" },
  refusals: ["no-commit-loaded", "store-unavailable"],
});
const METRICS = routeSchema({ summary: "For Prometheus.", answers: { 200: "text" }, refusals: BY_TOKEN });

export function addHealthRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get("/healthz", { schema: ALIVE }, async (_request, reply) => send(reply, answer(200, { status: "ok" })));
  app.get("/readyz", { schema: READY }, async (_request, reply) => {
    const index = context.index();
    if (index === null) return send(reply, refuse("no-commit-loaded"));
    await context.store.submitted("");
    return send(reply, answer(200, { status: "ready", commit: index.commit }));
  });
  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  addMetrics(app, context);
}

function addMetrics(app: FastifyInstance, context: ServerContext): void {
  const register = new Registry();
  const requests = new Counter({
    name: "reeve_site_requests_total",
    help: "Requests by route and status.",
    labelNames: ["route", "status"],
    registers: [register],
  });
  const appliances = new Gauge({
    name: "reeve_site_appliances",
    help: "Appliances by phase.",
    labelNames: ["phase"],
    registers: [register],
    collect: async () => {
      const rows = await context.store.readAll();
      const byPhase = Map.groupBy(rows, ({ report }) => report.phase ?? "Declared");
      for (const phase of PHASES) appliances.set({ phase }, byPhase.get(phase)?.length ?? 0);
    },
  });
  app.addHook("onResponse", async (request, reply) => {
    requests.inc({ route: request.routeOptions.url ?? "none", status: String(reply.statusCode) });
  });
  app.get(
    "/metrics",
    { schema: METRICS, preValidation: authenticatesOperator(context, "read") },
    async (_request, reply) => reply.type(register.contentType).send(await register.metrics()),
  );
}
