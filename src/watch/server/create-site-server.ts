/** The site server: what appliances and operators ask, on one port. docs/sites.md. */
import { isUtf8 } from "node:buffer";
import type { Socket } from "node:net";
import fastifySwagger from "@fastify/swagger";
import fastify, { type FastifyError, type FastifyInstance, type FastifyServerOptions } from "fastify";
import { BODY_SCHEMAS } from "../../protocol/body-schemas.ts";
import type { SitesAnswer } from "../../protocol/operator.ts";
import { OPERATOR_SCHEMAS } from "../../protocol/operator-schemas.ts";
import { problemOf } from "../../protocol/problems.ts";
import { HEADERS, signAnswer } from "../../protocol/signed-request.ts";
import { makeContext, type ServerContext, send, sendInternal } from "./context.ts";
import { describeSites } from "./describe-sites.ts";
import { actOf, type Deciding, decideOn, type OperatorDecision } from "./operator-decision.ts";
import type { SiteServerOptions } from "./options.ts";
import { type Reply, refuse } from "./reply.ts";
import { addApplianceRoutes } from "./routes/appliances.ts";
import { addCredentialRoutes } from "./routes/credentials.ts";
import { addHealthRoutes } from "./routes/health.ts";
import { addOperatorRoutes } from "./routes/operator.ts";
import { addProvisionRoutes } from "./routes/provision.ts";
import { StoreTrouble } from "./store/store.ts";
import { sweepPhases } from "./sweep.ts";

export interface SiteServer {
  /** To listen with, or to inject requests into. */
  readonly app: FastifyInstance;
  /** Moves the phases that time alone moves, and forgets what is old. To be called once a minute. */
  sweep(): Promise<void>;
  /** What operators are told of sites and appliances. */
  describe(): Promise<SitesAnswer>;
  /** What a person has decided who came in by another door. Null where it is done, else why it is not. */
  decide(deciding: Deciding, decision: OperatorDecision): Promise<string | null>;
  close(): Promise<void>;
}

export async function createSiteServer(options: SiteServerOptions): Promise<SiteServer> {
  const context = makeContext(options);
  const app = fastify(serverOptions(context));
  app.decorateRequest("rawBody");
  app.decorateRequest("caller", null);
  app.decorateRequest("operator", null);
  app.addHook("onRequest", async (request) => {
    request.rawBody = Buffer.alloc(0);
  });
  readBodies(app);
  signAnswers(app, context);
  answerTroubles(app, context);
  for (const [name, schema] of Object.entries({ ...BODY_SCHEMAS, ...OPERATOR_SCHEMAS }))
    app.addSchema({ $id: name, ...schema });
  await app.register(fastifySwagger, {
    openapi: { openapi: "3.1.0", info: { title: "Reeve site server", version: "1" } },
    refResolver: {
      buildLocalReference: ({ $id }) => (typeof $id === "string" ? $id : "part"),
    },
  });
  await app.register(async (routes) => {
    addHealthRoutes(routes, context);
    addProvisionRoutes(routes, context);
    addApplianceRoutes(routes, context);
    addCredentialRoutes(routes, context);
    addOperatorRoutes(routes, context);
  });
  await app.ready();
  return {
    app,
    sweep: () => sweepPhases(context),
    describe: () => describeSites(context),
    decide: async (deciding, decision) => whyRefused(await decideOn(context, deciding, actOf(decision))),
    close: () => app.close(),
  };
}

function whyRefused(reply: Reply): string | null {
  return "problem" in reply ? (reply.problem.detail ?? reply.problem.title) : null;
}

function serverOptions({ limits, trustProxy, tls }: ServerContext): FastifyServerOptions {
  return {
    bodyLimit: limits.bodyBytes,
    trustProxy: Array.isArray(trustProxy) ? [...trustProxy] : trustProxy === true,
    // What is asked while it stops is answered, or the connection is closed: never half an answer.
    return503OnClosing: false,
    requestTimeout: 30_000,
    keepAliveTimeout: 75_000,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 200 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false } },
    frameworkErrors: (_error, _request, reply) => {
      send(reply, refuse("validation", "the address has not its form"));
    },
    clientErrorHandler: refuseNoise,
    ...(tls === undefined ? {} : { https: tls }),
  } as FastifyServerOptions;
}

/** What is no HTTP, or too slow, or too long before its body: refused in the words of everything else. */
function refuseNoise(_error: Error, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const body = JSON.stringify(problemOf("validation", "this is no request that the server reads"));
  const head = `content-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`;
  socket.end(`HTTP/1.1 400 Bad Request\r\n${head}\r\n\r\n${body}`);
}

/** The bytes are kept: a signature is over them. Compressed ones would have no bound once they are unpacked. */
function readBodies(app: FastifyInstance): void {
  app.addHook("preParsing", async (request, reply) => {
    const encoding = request.headers["content-encoding"] ?? "identity";
    if (encoding !== "identity") send(reply, refuse("unsupported-type", "content-encoding: bodies are not compressed"));
  });
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body: Buffer, done) => {
    request.rawBody = body;
    const text = textOf(body);
    if (text === null) return done(Object.assign(new Error("no UTF-8"), { statusCode: 400 }));
    void parse(request, text, done);
  });
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
}

/** Null where it is no UTF-8: what is kept must be what was signed. */
function textOf(body: Buffer): string | null {
  return isUtf8(body) ? body.toString("utf8") : null;
}

/** What answers a signed request is signed, whatever it says: a proxy cannot make an appliance believe it was retired. */
function signAnswers(app: FastifyInstance, { keys }: ServerContext): void {
  app.addHook("onSend", async (request, reply, payload) => {
    const { caller } = request;
    if (caller === null) return payload;
    const body = typeof payload === "string" ? payload : "";
    const etag = String(reply.getHeader("etag") ?? "");
    reply.header(HEADERS.server, signAnswer({ status: reply.statusCode, body, nonce: caller.nonce, etag }, keys.sign));
    return payload;
  });
}

function answerTroubles(app: FastifyInstance, { log }: ServerContext): void {
  app.setNotFoundHandler((_request, reply) => send(reply, refuse("not-found")));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error.validation !== undefined) return send(reply, refuse("validation", wordsOf(error)));
    if (error instanceof StoreTrouble) {
      log?.(`${request.method} ${request.routeOptions.url ?? ""}: ${error.message}`);
      return send(reply, refuse("store-unavailable"));
    }
    if (error.statusCode === 413) return send(reply, refuse("too-large"));
    if (error.statusCode === 415) return send(reply, refuse("unsupported-type"));
    if (error.statusCode !== undefined && error.statusCode < 500)
      return send(reply, refuse("validation", "the body is no JSON"));
    log?.(`${request.method} ${request.routeOptions.url ?? ""} met a fault`, error);
    return sendInternal(reply);
  });
}

/** Where it is and what is wrong, never what was sent. */
function wordsOf({ validation, validationContext }: FastifyError): string {
  const [first] = validation ?? [];
  return `${validationContext ?? "body"}${first?.instancePath ?? ""} ${first?.message ?? "is not as described"}`;
}
