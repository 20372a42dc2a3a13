/** The daemon's one listener. Others mount their routes with `app.register` before it listens. */
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import swagger from "@fastify/swagger";
import { type FastifyError, type FastifyInstance, type FastifyServerOptions, fastify } from "fastify";
import { userError } from "../../support/user-error.ts";
import type { ListenConfig } from "../config/config.ts";
import type { Log } from "../log.ts";
import { registerPage } from "../page/register-page.ts";
import type { Door } from "./admit.ts";
import { registerApi } from "./api.ts";
import { SECURITY_SCHEMES, withoutNothing } from "./described.ts";
import { sendProblem } from "./problem.ts";
import { openSessions } from "./sessions.ts";
import type { WatchView } from "./view.ts";

export interface ListenerOptions {
  readonly listen: ListenConfig;
  readonly view: WatchView;
  readonly log: Log;
}

export interface Listener {
  readonly app: FastifyInstance;
  /** Gives the address that it listens at. */
  start(): Promise<string>;
  close(): Promise<void>;
}

const BODY_LIMIT = 16 * 1024;
const LONGEST_REQUEST_MS = 30_000;

export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { listen, view, log } = options;
  checkListen(listen);
  const app = openServer(listen);
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log("request-failed", { route: request.routeOptions.url ?? "", why: error.message }, "error");
    const title = status >= 500 ? "an error inside Reeve" : error.message;
    return sendProblem(reply, { status, type: status >= 500 ? "bug" : "bad-request", title });
  });
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, { status: 404, type: "not-found", title: "there is nothing here" }),
  );
  app.addHook("onSend", async (_request, reply) => {
    reply.header("X-Content-Type-Options", "nosniff").header("Referrer-Policy", "no-referrer");
    if (!reply.hasHeader("Cache-Control")) reply.header("Cache-Control", "no-store");
  });
  const door: Door = { listen, sessions: openSessions(view.now) };
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Reeve", description: "The daemon's API.", version: "1" },
      components: { securitySchemes: SECURITY_SCHEMES },
    },
    transform: ({ schema, url }) => ({ schema: withoutNothing(schema ?? {}), url }),
    refResolver: {
      buildLocalReference: (...[{ $id }, , , index]) => (typeof $id === "string" ? $id : `def-${index}`),
    },
  });
  await app.register(async (inner) => registerApi(inner, door, view));
  await app.register(async (inner) => registerPage(inner, door, view));
  return { app, start: () => start(app, listen), close: () => app.close() };
}

function openServer(listen: ListenConfig): FastifyInstance {
  const { tls } = listen;
  const https = tls === undefined ? {} : { https: { cert: readPem(tls.certificate), key: readPem(tls.key) } };
  const options: FastifyServerOptions = {
    logger: false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: LONGEST_REQUEST_MS,
    forceCloseConnections: true,
    return503OnClosing: false,
    // What a schema says is what is taken: nothing is turned into something else on the way.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    ...https,
  };
  return fastify(options);
}

/** Beyond this host nobody may listen in, and nobody comes in unasked. */
function checkListen({ host, tls, tokens }: ListenConfig): void {
  if (/^(127(\.\d{1,3}){3}|::1|localhost)$/.test(host)) return;
  if (tls !== undefined && tokens.length > 0) return;
  throw userError(
    "open-listener",
    `${host} can be reached from other hosts`,
    "set listen.tls and listen.tokens, or listen at 127.0.0.1 behind a proxy",
  );
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw userError("no-certificate", `${path} cannot be read`, "see listen.tls in the daemon's settings");
  }
}

async function start(app: FastifyInstance, { host, port, tls }: ListenConfig): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code !== "EADDRINUSE" && code !== "EACCES" && code !== "EADDRNOTAVAIL") throw error;
    throw userError("cannot-listen", `cannot listen at ${host}:${port}: ${code}`, "choose another port with --listen");
  }
  const { port: taken } = app.server.address() as AddressInfo;
  return `${tls === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${taken}`;
}
