import type { IncomingMessage, ServerResponse } from "node:http";
import { suggest } from "../../support/did-you-mean.ts";
import { durationSeconds } from "../../support/duration.ts";
import { UserError, userError } from "../../support/user-error.ts";
import { ACTS, type Act, editDesktop } from "./act.ts";
import { ApiError } from "./api-error.ts";
import type { Scene } from "./call.ts";
import type { Engine } from "./engine.ts";
import { FAULT_KINDS } from "./faults.ts";
import { type Input, optionalNumber, optionalText, parseInput, requiredText } from "./input.ts";
import { OPERATIONS } from "./operations.ts";
import type { Desktop, FaultKind } from "./world.ts";

interface AdminRequest {
  readonly message: IncomingMessage;
  readonly body: string;
  readonly response: ServerResponse;
}

type Route = (engine: Engine, input: Input) => object;

const ROUTES: Readonly<Record<string, Route>> = {
  "GET /_sandbox/": status,
  "GET /_sandbox/time": timeOf,
  "GET /_sandbox/workspaces": listDesktops,
  "GET /_sandbox/requests": (engine) => ({ requests: engine.log.requests }),
  "POST /_sandbox/advance": advance,
  "POST /_sandbox/edit": edit,
  "POST /_sandbox/act": act,
  "POST /_sandbox/fault": fault,
  "POST /_sandbox/quota": setQuota,
  "POST /_sandbox/users": setMissingUsers,
  "POST /_sandbox/reset": (engine) => {
    engine.reset();
    return status(engine);
  },
};

/**
 * The console's door. Only what this machine's own programs send is taken: a browser's page gives itself away by its
 * Origin, its Host (a name that was made to point here) or a body that is no JSON.
 */
export function answerAdmin(engine: Engine, { message, body, response }: AdminRequest): void {
  const isOurs = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(message.headers.host ?? "");
  const isJson = message.method === "GET" || message.headers["content-type"] === "application/json";
  if (!isOurs || !isJson || message.headers.origin !== undefined) return reply(response, 403, { error: "refused" });
  const route = ROUTES[`${message.method} ${message.url}`];
  if (route === undefined) return reply(response, 404, { error: `there is no ${message.method} ${message.url}` });
  try {
    engine.settle();
    const answer = route(engine, parseInput(body));
    if (message.method === "POST") engine.save();
    return reply(response, 200, answer);
  } catch (error) {
    if (error instanceof UserError) return reply(response, 400, { diagnostics: error.diagnostics });
    if (error instanceof ApiError) return reply(response, 400, { error: error.message });
    throw error;
  }
}

function reply(response: ServerResponse, code: number, value: object): void {
  response.writeHead(code, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

function status(engine: Engine): object {
  const { world, log } = engine;
  const regions = Object.values(world.regions).map(({ name, quota, desktops, directories }) => ({
    name,
    quota,
    directories: Object.keys(directories),
    desktops: Object.keys(desktops).length,
  }));
  return {
    accountId: world.accountId,
    ...timeOf(engine),
    regions,
    faults: world.faults,
    counts: log.counts(),
    peakPerSecond: log.peakPerSecond(),
  };
}

function timeOf({ clock }: Engine): object {
  return { now: new Date(clock.now()).toISOString(), factor: clock.factor };
}

/** Everything, also what clients cannot see yet or any more. */
function listDesktops({ world, clock }: Engine): object {
  const rows = Object.values(world.regions).flatMap((region) =>
    Object.values(region.desktops).map((desktop) => ({
      region: region.name,
      isVisible: desktop.visibleFrom <= clock.now(),
      createdAt: new Date(desktop.createdAt).toISOString(),
      isConnected: desktop.isConnected,
      tags: desktop.tags,
      ...desktop.wire,
    })),
  );
  return {
    now: new Date(clock.now()).toISOString(),
    desktops: rows.toSorted((a, b) => (a.WorkspaceId < b.WorkspaceId ? -1 : 1)),
  };
}

function advance(engine: Engine, input: Input): object {
  const duration = requiredText(input, "duration");
  if (!/^\d+[smhdw]$/.test(duration))
    throw userError("bad-duration", `"${duration}" is no duration`, "for example 30m, 6h, 14d");
  engine.advance(durationSeconds(duration) * 1000);
  return { now: new Date(engine.clock.now()).toISOString() };
}

function edit(engine: Engine, input: Input): object {
  const { scene, desktop } = findDesktop(engine, requiredText(input, "desktop"));
  editDesktop(scene, desktop, { field: requiredText(input, "field"), value: requiredText(input, "value") });
  return desktop.wire;
}

function act(engine: Engine, input: Input): object {
  const name = requiredText(input, "act");
  if (!Object.hasOwn(ACTS, name))
    throw userError("unknown-act", `nothing is called ${name}`, suggest(name, Object.keys(ACTS)));
  const { scene, desktop } = findDesktop(engine, requiredText(input, "desktop"));
  ACTS[name as Act].act(scene, desktop);
  return desktop.wire;
}

function fault(engine: Engine, input: Input): object {
  const operation = requiredText(input, "operation");
  const kind = requiredText(input, "kind");
  const operations = [
    "*",
    "GetResources",
    "GetCallerIdentity",
    "AssumeRole",
    "GetMetricStatistics",
    ...Object.keys(OPERATIONS),
  ];
  if (!operations.includes(operation)) {
    throw userError("unknown-operation", `there is no operation ${operation}`, suggest(operation, operations));
  }
  if (!Object.hasOwn(FAULT_KINDS, kind)) {
    throw userError("unknown-fault", `there is no fault ${kind}`, suggest(kind, Object.keys(FAULT_KINDS)));
  }
  const nth = positive(input, "nth");
  const times = positive(input, "times");
  const milliseconds = positive(input, "milliseconds");
  engine.inject({ operation, kind: kind as FaultKind, ...nth, ...times, ...milliseconds });
  return { faults: engine.world.faults };
}

function positive<Member extends string>(input: Input, member: Member): { readonly [Key in Member]?: number } {
  const value = optionalNumber(input, member);
  if (value === undefined) return {};
  if (!Number.isInteger(value) || value < 1) throw userError("bad-number", `${member} must be 1 or more`);
  return { [member]: value } as { readonly [Key in Member]?: number };
}

function setQuota(engine: Engine, input: Input): object {
  const { quota = 1 } = positive(input, "quota");
  const name = optionalText(input, "region");
  for (const region of Object.values(engine.world.regions)) {
    if (name === undefined || region.name === name) region.quota = quota;
  }
  return status(engine);
}

function setMissingUsers(engine: Engine, input: Input): object {
  const missing = requiredText(input, "missing")
    .toLowerCase()
    .split(",")
    .filter((user) => user !== "");
  for (const region of Object.values(engine.world.regions)) region.missingUsers = missing;
  return { missing };
}

/** By its id or by its user's name. */
function findDesktop({ world, rules, clock }: Engine, name: string): { scene: Scene; desktop: Desktop } {
  for (const region of Object.values(world.regions)) {
    const desktop = Object.values(region.desktops).find(
      ({ wire }) => wire.WorkspaceId === name || wire.UserName.toLowerCase() === name.toLowerCase(),
    );
    if (desktop !== undefined) return { scene: { world, region, rules, now: clock.now() }, desktop };
  }
  throw userError(
    "unknown-desktop",
    `there is no desktop ${name}`,
    "name it by its id or its user; reeve sandbox workspaces list",
  );
}
