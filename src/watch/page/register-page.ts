/** The operator's page: rendered here, without scripts, so that it works wherever a browser does. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { COOKIE, cookieOf, type Door, type Refusal, visitorFrom, whyRefused } from "../listener/admit.ts";
import { sendProblem } from "../listener/problem.ts";
import { rowsOf } from "../listener/rows.ts";
import { visitorOf } from "../listener/tokens.ts";
import type { WatchView } from "../listener/view.ts";
import type { OperatorDecision } from "../server/operator-decision.ts";
import { openTemplates, type Templates } from "./templates.ts";
import { appliancesView, applyRow, expiringView, frame, overviewView, planView, resourcesView } from "./views.ts";

const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const PER_PAGE = 100;

export function registerPage(app: FastifyInstance, door: Door, view: WatchView): void {
  const page: Page = { door, view, templates: openTemplates() };
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
  );
  app.addHook("onSend", async (_request, reply) => {
    reply.header("Content-Security-Policy", POLICY).header("X-Frame-Options", "DENY");
  });
  app.get("/page.css", { schema: HIDDEN }, async (_request, reply) =>
    reply.header("Cache-Control", "max-age=300").type("text/css; charset=utf-8").send(page.templates.style),
  );
  registerLooks(app, page);
  registerLogin(app, page);
  registerForms(app, page);
}

const HIDDEN = { hide: true } as const;

interface Page {
  readonly door: Door;
  readonly view: WatchView;
  readonly templates: Templates;
}

function registerLooks(app: FastifyInstance, page: Page): void {
  const { view } = page;
  const rows = () => rowsOf(view.sight());
  const onRequest = guard(page, "read");
  const get = (
    path: string,
    name: Parameters<Templates["render"]>[0],
    show: (request: FastifyRequest) => object,
  ): void => {
    app.get(path, { onRequest, schema: HIDDEN }, async (request, reply) =>
      sendPage(page, { request, reply, name, shown: show(request) }),
    );
  };
  get("/", "overview", () => overviewView(view, rows()));
  get("/plan", "plan", () => planView(view.sight()));
  get("/resources", "resources", ({ query }) => resourcesView(rows(), searchOf(query)));
  get("/applies", "applies", () => ({ rows: view.applies().map(applyRow) }));
  get("/expiring", "expiring", () => expiringView(rows(), view.now().toISOString()));
  get("/appliances", "appliances", () => appliancesView(view.appliances()));
}

function searchOf(query: unknown): Parameters<typeof resourcesView>[1] {
  const word = (key: string): string => {
    const value: unknown = typeof query === "object" && query !== null ? Reflect.get(query, key) : "";
    return typeof value === "string" ? value.slice(0, 200) : "";
  };
  const page = /^[1-9]\d{0,6}$/.test(word("page")) ? Number(word("page")) : 1;
  return { kind: word("kind"), text: word("q"), page, perPage: PER_PAGE };
}

interface Showing {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly name: Parameters<Templates["render"]>[0];
  readonly shown: object;
}

function sendPage({ door, view, templates }: Page, { request, reply, name, shown }: Showing): FastifyReply {
  const visitor = visitorFrom(request, door);
  const here = request.routeOptions.url ?? "";
  const frameView = frame(view, here, {
    canOperate: visitor?.scopes.has("operate") === true,
    isLoggedIn: cookieOf(request) !== null && visitor !== null && door.listen.tokens.length > 0,
  });
  return reply.type("text/html; charset=utf-8").send(templates.render(name, { ...frameView, ...shown }));
}

/** A person without a token is asked for one; anything else is said as a problem. */
function guard({ door }: Page, scope: "read" | "operate") {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const why: Refusal | null = whyRefused(request, door, scope);
    if (why === null) return undefined;
    return why.status === 401 ? reply.redirect("/login", 303) : sendProblem(reply, why);
  };
}

function registerLogin(app: FastifyInstance, page: Page): void {
  const { door } = page;
  app.get("/login", { schema: HIDDEN }, async (_request, reply) => sendLogin(page, reply, ""));
  app.post("/login", { schema: HIDDEN }, async (request, reply) => {
    const visitor = visitorOf(field(request, "token"), door.listen.tokens);
    if (visitor === null) return sendLogin(page, reply.code(401), "That is no token of this daemon.");
    const secure = door.listen.tls === undefined ? "" : "; Secure";
    const cookie = `${COOKIE}=${door.sessions.begin(visitor)}; Path=/; HttpOnly; SameSite=Strict${secure}`;
    return reply.header("Set-Cookie", cookie).redirect("/", 303);
  });
  app.post("/logout", { onRequest: guard(page, "read"), schema: HIDDEN }, async (request, reply) => {
    const cookie = cookieOf(request);
    if (cookie !== null) door.sessions.end(cookie);
    return reply
      .header("Set-Cookie", `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`)
      .redirect("/login", 303);
  });
}

/** Without the frame: nobody has come in yet. */
function sendLogin({ templates }: Page, reply: FastifyReply, trouble: string): FastifyReply {
  return reply.type("text/html; charset=utf-8").send(templates.render("login", { trouble }));
}

function registerForms(app: FastifyInstance, page: Page): void {
  const { view, door } = page;
  const post = (path: string, act: (request: FastifyRequest) => void): void => {
    app.post(path, { onRequest: guard(page, "operate"), schema: HIDDEN }, async (request, reply) => {
      act(request);
      return reply.redirect("/", 303);
    });
  };
  const nameOf = (request: FastifyRequest): string => visitorFrom(request, door)?.name ?? "";
  post("/pause", (request) => view.pause(field(request, "reason").trim() || "no reason given", nameOf(request)));
  post("/resume", (request) => view.resume(nameOf(request)));
  post("/round", () => view.wake());
  app.post("/appliances", { onRequest: guard(page, "operate"), schema: HIDDEN }, async (request, reply) => {
    if (field(request, "sure") !== "yes")
      return sendProblem(reply, { status: 400, type: "not-confirmed", title: "tick that you know this machine" });
    const why = await view.decide(
      { applianceId: field(request, "appliance"), by: nameOf(request) },
      decisionOf(request),
    );
    return why === null
      ? reply.redirect("/appliances", 303)
      : sendProblem(reply, { status: 409, type: "not-decided", title: why });
  });
}

/** With the key that the person looked at: another one that has asked meanwhile is not let in. */
function decisionOf(request: FastifyRequest): OperatorDecision {
  const signKey = field(request, "signKey");
  return signKey === "" ? { is: "resolve-conflict" } : { is: "approve-rebind", signKey };
}

function field({ body }: FastifyRequest, key: string): string {
  const value: unknown = typeof body === "object" && body !== null ? Reflect.get(body, key) : "";
  return typeof value === "string" ? value.slice(0, 1000) : "";
}
