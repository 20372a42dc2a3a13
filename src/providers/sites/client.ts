/** The site server's operator interface: how a plan reads it, and the few things that an apply asks of it. */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { SecretSource } from "../../generated/documents.ts";
import type { FailureClass } from "../../plan/outcome.ts";
import type { SiteDocumentAnswer, SitesAnswer } from "../../protocol/operator.ts";
import { readProblemType } from "../../protocol/problems.ts";
import type { Desired, Session } from "../provider.ts";
import { settingsOf } from "./topology.ts";

export interface SitesReader {
  /** Null where the estate names no server. */
  sites(desired: Desired): Promise<SitesAnswer | null>;
  document(desired: Desired, site: string): Promise<SiteDocumentAnswer | null>;
}

export interface SitesWriter extends SitesReader {
  /** Has the server look for new documents. */
  look(desired: Desired): Promise<void>;
  retire(desired: Desired, applianceId: string): Promise<void>;
}

/** What kept the server from being asked. */
export class SitesTrouble extends Error {
  override readonly name = "SitesTrouble";
  readonly failure: FailureClass;
  readonly next: string;

  constructor(failure: FailureClass, message: string, next: string) {
    super(message);
    this.failure = failure;
    this.next = next;
  }
}

const TIMEOUT_MS = 15_000;

export function openSitesReader(session: Session): SitesReader {
  return {
    sites: async (desired) => {
      const { server } = serverOf(desired, session);
      if (server === undefined) return null;
      assertReviewed(desired, session);
      const answer = await ask(session, desired, { path: "/api/operator/sites" });
      if (hasMembers<SitesAnswer>(answer, ["estate", "commit", "sites"])) return answer;
      throw notASiteServer(server, "answers otherwise than a site server does");
    },
    document: async (desired, site) => {
      const answer = await ask(session, desired, { path: `/api/operator/sites/${site}/document` });
      return hasMembers<SiteDocumentAnswer>(answer, ["spec", "partner"]) ? answer : null;
    },
  };
}

export function openSitesWriter(session: Session): SitesWriter {
  return {
    ...openSitesReader(session),
    look: async (desired) => {
      await ask(session, desired, { method: "POST", path: "/api/operator/look" });
    },
    retire: async (desired, applianceId) => {
      await ask(session, desired, { method: "POST", path: `/api/operator/appliances/${applianceId}/retire` });
    },
  };
}

/** The token goes to no server that a pull request names, and nobody has reviewed. */
function assertReviewed(desired: Desired, { base, environment }: Session): void {
  if (base === undefined || (environment["REEVE_SITES_SERVER"] ?? "") !== "") return;
  const [head, before] = [settingsOf(desired), settingsOf({ estate: base })];
  if (head.server === before.server && isDeepStrictEqual(head.tokenFrom, before.tokenFrom)) return;
  throw new SitesTrouble(
    "invalid",
    "this pull request says anew where the site server is, or its token: it is not asked before that is merged",
    "merge that by itself; the next pull request is planned with it",
  );
}

/** What a person decides from a command line. */
export interface SitesDecider {
  /** Null where the estate names no server. */
  sites(): Promise<SitesAnswer | null>;
  approve(applianceId: string, signKey: string): Promise<void>;
  resolve(applianceId: string): Promise<void>;
}

export function openSitesDecider(session: Session, desired: Desired): SitesDecider {
  const at = (applianceId: string): string => `/api/operator/appliances/${applianceId}`;
  return {
    sites: () => openSitesReader(session).sites(desired),
    approve: async (id, signKey) => {
      await ask(session, desired, { method: "POST", path: `${at(id)}/approve-rebind`, body: { signKey } });
    },
    resolve: async (id) => {
      await ask(session, desired, { method: "POST", path: `${at(id)}/resolve-conflict` });
    },
  };
}

/** The server and the client are of one build; whatever else may be at the address is not taken for it. */
function hasMembers<Answer extends object>(value: unknown, names: readonly (keyof Answer & string)[]): value is Answer {
  return typeof value === "object" && value !== null && names.every((name) => Object.hasOwn(value, name));
}

function notASiteServer(server: string, what: string): SitesTrouble {
  return new SitesTrouble(
    "invalid",
    `${server} ${what}`,
    "set providers.sites.server to the site server's own address",
  );
}

/** Set where this very process runs the server, or the sandbox does: it goes before what the estate says. */
const OWN = { server: "REEVE_SITES_SERVER", token: "REEVE_SITES_SERVER_TOKEN" } as const;

function serverOf(
  desired: Desired,
  { environment }: Session,
): Pick<ReturnType<typeof settingsOf>, "server" | "tokenFrom"> {
  const own = environment[OWN.server] ?? "";
  return own === "" ? settingsOf(desired) : { server: own, tokenFrom: { env: OWN.token } };
}

interface Question {
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly body?: object;
}

/** Null for an empty answer, for what the server says is not there, and where there is nobody to ask. */
async function ask(session: Session, desired: Desired, { method = "GET", path, body }: Question): Promise<unknown> {
  const { server, tokenFrom } = serverOf(desired, session);
  if (server === undefined) return null;
  const authorization = `Bearer ${readToken(tokenFrom, session)}`;
  return session.calls.send(`sites: ${method} ${path}`, async () => {
    const late = AbortSignal.timeout(TIMEOUT_MS);
    // A write that is under way is finished, and reported.
    const signal = method === "GET" ? AbortSignal.any([session.signal, late]) : late;
    const url = server.replace(/\/$/, "") + path;
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { authorization, ...(body === undefined ? {} : { "content-type": "application/json" }) };
    const response = await fetch(url, { method, headers, ...sent, redirect: "error", signal }).catch(
      (error: unknown) => {
        session.signal.throwIfAborted();
        throw new SitesTrouble(
          "retryable",
          `the site server ${server} does not answer${causeOf(error)}`,
          "see that it runs, and that this machine may reach it",
        );
      },
    );
    return readAnswer(response, server);
  });
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
}

async function readAnswer(response: Response, server: string): Promise<unknown> {
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body;
  const problem = readProblemType(body);
  if (problem === "not-found") return null;
  const word = problem ?? "an unknown refusal";
  const message = `the site server ${server} says ${response.status}: ${word}`;
  if (response.status === 401 || response.status === 403)
    throw new SitesTrouble(
      "denied",
      message,
      "give tokenFrom a token with the scopes read (to plan) and operate (to apply)",
    );
  if (response.status === 404) throw notASiteServer(server, "says 404, and not as a site server does");
  throw new SitesTrouble(
    response.status >= 500 || response.status === 429 ? "retryable" : "invalid",
    message,
    "look at the daemon's log",
  );
}

function readToken(source: SecretSource | undefined, { environment }: Session): string {
  const token = source?.file === undefined ? environment[source?.env ?? ""] : readTokenFile(source.file);
  if (token !== undefined && /^[\x21-\x7e]{1,512}$/.test(token.trim())) return token.trim();
  throw new SitesTrouble(
    "denied",
    `there is no operator token in ${source?.file ?? source?.env ?? "tokenFrom"}`,
    "set it where Reeve runs",
  );
}

function readTokenFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
