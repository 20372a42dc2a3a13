/** What operators, the page and the provider read, and the few things that only a person may decide. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { brandOf } from "../../../protocol/configuration.ts";
import type {
  ApproveRebindBody,
  EventsAnswer,
  InventoryAnswer,
  SiteDocumentAnswer,
} from "../../../protocol/operator.ts";
import { PARTS } from "../../../protocol/schema-parts.ts";
import { authenticatesOperator } from "../authenticate.ts";
import { type ServerContext, send } from "../context.ts";
import { decideRetirement } from "../decide/decide-operator.ts";
import { describeSites, documentOfSite } from "../describe-sites.ts";
import { type Act, actOf, type Deciding, decideOn } from "../operator-decision.ts";
import { answer, refuse } from "../reply.ts";
import { BY_TOKEN, POSTED, routeSchema } from "./route-schema.ts";

const EVENTS_QUERY = {
  type: "object",
  additionalProperties: false,
  properties: { site: PARTS.name, appliance: PARTS.name, after: { type: "string", pattern: "^[0-9]{1,15}$" } },
};
const INVENTORY_QUERY = {
  type: "object",
  additionalProperties: false,
  properties: { after: { type: "string", pattern: "^[0-9a-f-]{36}$" } },
};
const DECISION_REFUSALS = [...POSTED, ...BY_TOKEN, "not-found", "nothing-pending"] as const;
const APPROVE = routeSchema({
  summary: "Lets the pending key take the appliance's place.",
  body: "ApproveRebindBody",
  answers: { 204: null },
  refusals: DECISION_REFUSALS,
});
const RESOLVE = routeSchema({
  summary: "The machine that is there now is the right one.",
  answers: { 204: null },
  refusals: DECISION_REFUSALS,
});
const RETIRE = routeSchema({
  summary: "Revokes the appliance's key for good.",
  answers: { 204: null },
  refusals: [...POSTED, ...BY_TOKEN, "not-found"],
});
const LOOK = routeSchema({
  summary: "Looks for new documents at once.",
  answers: { 202: "LookAnswer" },
  refusals: [...POSTED, ...BY_TOKEN],
});
const SITES = routeSchema({
  summary: "All sites and appliances, as they stand.",
  answers: { 200: "SitesAnswer" },
  refusals: ["validation", ...BY_TOKEN],
});
const DEVICES = routeSchema({
  summary: "Devices that have claimed nothing.",
  answers: { 200: "DevicesAnswer" },
  refusals: ["validation", ...BY_TOKEN],
});
const EVENTS = routeSchema({
  summary: "What happened, oldest first.",
  querystring: EVENTS_QUERY,
  answers: { 200: "EventsAnswer" },
  refusals: ["validation", ...BY_TOKEN],
});
const DOCUMENT = routeSchema({
  summary: "The site's documents, as the server has them.",
  answers: { 200: "SiteDocumentAnswer" },
  refusals: ["validation", ...BY_TOKEN, "not-found"],
});
const INVENTORY = routeSchema({
  summary: "The computers of a site's domain.",
  querystring: INVENTORY_QUERY,
  answers: { 200: "InventoryAnswer" },
  refusals: ["validation", ...BY_TOKEN, "not-found"],
});
const PAGE = 500;

export function addOperatorRoutes(app: FastifyInstance, context: ServerContext): void {
  addReadRoutes(app, context);
  const act = (decide: Act) => async (request: FastifyRequest<ApplianceRoute>, reply: FastifyReply) =>
    send(reply, await decideOn(context, decidingOf(request), decide));
  const preValidation = authenticatesOperator(context, "operate");
  app.post<ApplianceRoute & { Body: ApproveRebindBody }>(
    "/api/operator/appliances/:applianceId/approve-rebind",
    { schema: APPROVE, preValidation },
    async (request, reply) =>
      send(
        reply,
        await decideOn(context, decidingOf(request), actOf({ is: "approve-rebind", signKey: request.body.signKey })),
      ),
  );
  app.post<ApplianceRoute>(
    "/api/operator/appliances/:applianceId/resolve-conflict",
    { schema: RESOLVE, preValidation },
    act(actOf({ is: "resolve-conflict" })),
  );
  app.post<ApplianceRoute>(
    "/api/operator/appliances/:applianceId/retire",
    { schema: RETIRE, preValidation },
    act(decideRetirement),
  );
  app.post("/api/operator/look", { schema: LOOK, preValidation }, async (_request, reply) => {
    await context.lookNow?.();
    return send(reply, answer(202, { commit: context.index()?.commit ?? null }));
  });
}

interface ApplianceRoute {
  Params: { applianceId: string };
}

function decidingOf({ params, operator }: FastifyRequest<ApplianceRoute>): Deciding {
  return { applianceId: params.applianceId, by: operator?.name ?? "" };
}

function addReadRoutes(app: FastifyInstance, context: ServerContext): void {
  const preValidation = authenticatesOperator(context, "read");
  const { store } = context;
  app.get("/api/operator/sites", { schema: SITES, preValidation }, async () => describeSites(context));
  app.get("/api/operator/devices", { schema: DEVICES, preValidation }, async () => ({
    devices: await store.devices(),
  }));
  app.get<{ Querystring: { site?: string; appliance?: string; after?: string } }>(
    "/api/operator/events",
    { schema: EVENTS, preValidation },
    async (request): Promise<EventsAnswer> => {
      const { after = "0", ...filter } = request.query;
      const events = await store.events(filter, { after: Number(after), limit: PAGE });
      return { events, next: events.length < PAGE ? null : (events.at(-1)?.id ?? null) };
    },
  );
  app.get<{ Params: { site: string } }>(
    "/api/operator/sites/:site/document",
    { schema: DOCUMENT, preValidation },
    async (request, reply) => {
      const source = documentOfSite(context.index(), request.params.site);
      if (source === null) return send(reply, refuse("not-found", "no such site is declared"));
      const document: SiteDocumentAnswer = { spec: source.site.spec, partner: brandOf(source.partner) };
      return send(reply, answer(200, document));
    },
  );
  app.get<{ Params: { site: string }; Querystring: { after?: string } }>(
    "/api/operator/sites/:site/inventory",
    { schema: INVENTORY, preValidation },
    async (request): Promise<InventoryAnswer> => {
      const computers = await store.inventory(request.params.site, { after: request.query.after ?? "", limit: PAGE });
      return { computers, next: computers.length < PAGE ? null : (computers.at(-1)?.objectGuid ?? null) };
    },
  );
}
