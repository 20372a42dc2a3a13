import { admit, authenticate } from "./admit.ts";
import { type Answer, ApiError, notFound } from "./answer.ts";
import { type Budget, type Budgets, createBudgets } from "./budget.ts";
import type { RepoCall } from "./call.ts";
import { type Contract, openContract } from "./contract.ts";
import { createFaults, type FaultKind, type FaultRequest, type Faults } from "./faults.ts";
import { HANDLERS } from "./handlers.ts";
import type { OperationName } from "./operations.ts";
import { type Rendered, render, renderError } from "./render.ts";
import type { Route } from "./routes.ts";
import { syncRepo } from "./sync.ts";
import { createFields, isTree } from "./tree.ts";
import type { Repo, Token, World } from "./world.ts";

export interface Asked extends Route {
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly authorization: string | undefined;
  readonly accept: string;
  readonly etag: string | undefined;
}

/** One request as it came over the wire. */
export interface LoggedRequest {
  readonly at: Date;
  readonly operation: OperationName;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly actor: string;
  readonly isWrite: boolean;
  /** 0 where the connection was dropped. */
  readonly status: number;
  /** Carried out, whatever the client was told. */
  readonly isDone: boolean;
  readonly faults: readonly FaultKind[];
}

export interface Served {
  readonly rendered: Rendered;
  readonly faults: readonly FaultRequest[];
  readonly budget: Budget;
}

/** The stand-in without its HTTP server. */
export interface Service {
  readonly world: World;
  readonly log: LoggedRequest[];
  readonly faults: Faults;
  readonly budgets: Budgets;
  /** Where the description of GitHub's API was not kept, by a client or by the stand-in. */
  readonly violations: string[];
  /** Does something just before an operation is carried out, once: what happens between two requests of a client. */
  before(operation: OperationName, act: () => Promise<unknown>): void;
  serve(asked: Asked): Promise<Served>;
  /** The same for the driver: never logged, never struck by a fault; throws where GitHub refuses. */
  act(token: Token, asked: Omit<Asked, "authorization" | "accept" | "etag">): Promise<unknown>;
  /** Runs alone: no request is served meanwhile. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function createService(world: World): Service {
  const contract = openContract();
  const [log, violations]: [LoggedRequest[], string[]] = [[], []];
  const [faults, budgets, alone] = [createFaults(), createBudgets(world.now), createQueue()];
  const hooks = new Map<OperationName, (() => Promise<unknown>)[]>();
  const carry: Carry = (asked, token, budget) => carryOut({ world, contract, violations }, { asked, token, budget });
  return {
    world,
    log,
    faults,
    budgets,
    violations,
    alone,
    before: (operation, act) => {
      hooks.set(operation, [...(hooks.get(operation) ?? []), act]);
    },
    serve: async (asked) => {
      await hooks.get(asked.name)?.shift()?.();
      return alone(() => serve({ world, log, faults, budgets, carry }, asked));
    },
    act: (token, asked) =>
      alone(async () => {
        const whole = { ...asked, authorization: undefined, accept: "", etag: undefined };
        const { status, text } = await carry(whole, token, budgets.read(token));
        if (status >= 400) throw new Error(`the stand-in GitHub refuses ${asked.name}: ${text}`);
        return text === "" ? undefined : JSON.parse(text);
      }),
  };
}

/** One after the other. */
function createQueue(): Service["alone"] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };
}

type Carry = (asked: Asked, token: Token, budget: Budget) => Promise<Rendered>;
type Serving = Pick<Service, "world" | "log" | "faults" | "budgets"> & { readonly carry: Carry };

async function serve({ world, log, faults, budgets, carry }: Serving, asked: Asked): Promise<Served> {
  const striking = faults.strike(asked.name);
  const kinds = striking.map(({ kind }) => kind);
  let token: Token | undefined;
  let rendered: Rendered;
  let isDone = false;
  try {
    token = authenticate(world, asked.authorization);
    refuseByFault(striking);
    if (asked.name !== "GET /rate_limit" && !budgets.spend(token))
      throw new ApiError(403, `API rate limit exceeded for ${token.actor}.`);
    rendered = kinds.includes("drop-before")
      ? { status: 0, text: "", headers: {} }
      : await carry(asked, token, budgets.read(token));
    isDone = rendered.status > 0 && rendered.status < 400;
    if (rendered.status === 304) budgets.refund(token);
  } catch (error) {
    rendered = renderError(error);
  }
  const isDropped = kinds.includes("drop-before") || kinds.includes("drop-after");
  const { name, params, query, body } = asked;
  log.push({
    at: world.now(),
    operation: name,
    params,
    query,
    body,
    isDone,
    faults: kinds,
    actor: token?.actor ?? "",
    isWrite: !name.startsWith("GET "),
    status: isDropped ? 0 : kinds.includes("error-after") ? 502 : rendered.status,
  });
  const budget = budgets.read(token ?? authenticate(world, undefined));
  return { rendered, faults: striking, budget };
}

/** Faults that say something instead of doing anything. */
function refuseByFault(faults: readonly FaultRequest[]): void {
  for (const { kind } of faults) {
    if (kind === "error-before") throw new ApiError(502, "Server Error");
    if (kind === "unavailable") throw new ApiError(503, "No server is currently available to service your request.");
    if (kind === "rate-limit") throw new ApiError(403, "API rate limit exceeded for installation.");
    if (kind === "secondary-limit")
      throw new ApiError(
        403,
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
      );
  }
}

interface Judging {
  readonly world: World;
  readonly contract: Contract;
  readonly violations: string[];
}

interface Carried {
  readonly asked: Asked;
  readonly token: Token;
  readonly budget: Budget;
}

async function carryOut(
  { world, contract, violations }: Judging,
  { asked, token, budget }: Carried,
): Promise<Rendered> {
  const { name } = asked;
  const checked = contract.checkRequest(name, asked);
  for (const problem of checked.problems) violations.push(`${name}: the request: ${problem}`);
  const rendered = await attempt(
    async () => {
      if (checked.problems.length > 0) throw new ApiError(422, `Invalid request.\n\n${checked.problems.join("\n")}`);
      const repo = repoOf(world, asked);
      admit({ token, name, repo, params: asked.params });
      if (checked.refusal !== null) throw new ApiError(422, checked.refusal);
      if (repo !== null) await syncRepo(world, repo);
      const call = { world, token, params: asked.params, accept: asked.accept, budget };
      const fields = { query: createFields(checked.query), body: createFields(isTree(asked.body) ? asked.body : {}) };
      const answer = await HANDLERS[name](withRepo({ ...call, ...fields }, repo));
      if (repo !== null && !name.startsWith("GET ")) await syncRepo(world, repo);
      return answer;
    },
    { asked, query: checked.query, url: world.url },
  );
  for (const problem of judge(contract, name, rendered)) violations.push(`${name}: the answer: ${problem}`);
  return rendered;
}

function judge(contract: Contract, name: OperationName, { status, text, headers }: Rendered): readonly string[] {
  if (status === 304) return [];
  const isJson = headers["content-type"]?.startsWith("application/json") === true;
  if (text !== "" && !isJson) return [];
  return contract.checkAnswer(name, status, text === "" ? undefined : JSON.parse(text));
}

interface Framing {
  readonly asked: Asked;
  readonly query: Readonly<Record<string, unknown>>;
  readonly url: string;
}

async function attempt(work: () => Promise<Answer>, { asked, query, url }: Framing): Promise<Rendered> {
  try {
    return render(await work(), { asked, query, url });
  } catch (error) {
    return renderError(error);
  }
}

function repoOf(world: World, { name, params }: Asked): Repo | null {
  if (!name.includes("/repos/{owner}/{repo}")) return null;
  const repo = world.repos.get(`${params["owner"]}/${params["repo"]}`);
  if (repo === undefined) throw notFound();
  return repo;
}

function withRepo(call: Omit<RepoCall, "repo">, repo: Repo | null): RepoCall {
  return {
    ...call,
    get repo() {
      if (repo === null) throw new Error("this operation has no repository");
      return repo;
    },
  };
}
