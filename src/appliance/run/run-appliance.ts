/** The program on an appliance: rounds until it is stopped. */
import { randomBytes } from "node:crypto";
import { userError } from "../../support/user-error.ts";
import { readApplied } from "../keep/configuration-file.ts";
import { type Device, readDevice } from "../keep/device.ts";
import { type DeviceKeys, readKeys } from "../keep/keys.ts";
import { readProgress } from "../keep/progress.ts";
import { atLeast, type LogLevel, wordsOf } from "../log.ts";
import { tellAllSteps } from "../provision/provision.ts";
import { backOff } from "../server/back-off.ts";
import { readEndpoint } from "../server/endpoint.ts";
import { causeOf } from "../server/send.ts";
import { openSignedCalls, type SignedCalls } from "../server/signed-calls.ts";
import { Refused } from "../server/trouble.ts";
import type { Appliance, World } from "./appliance.ts";
import { missingCredentials } from "./missing-credentials.ts";
import { rememberTrouble } from "./remember-trouble.ts";
import { runRound } from "./round.ts";

const NEWS_WAIT_MS = 1000;
/** So many rounds without a pause, and then the usual pace, whatever there is to report. */
const MOST_HURRIED = 10;
const RETIRED_WAIT_MS = 3_600_000;

/** Rounds until the signal; trouble is waited out. */
export async function runAppliance(world: World): Promise<void> {
  const appliance = openAppliance(world);
  world.log("started", { appliance: appliance.device.applianceId, version: world.version });
  await tellAllSteps(appliance.calls).catch((error: unknown) =>
    world.log("no-steps", { why: wordsOf(error) }, "debug"),
  );
  let failures = 0;
  let hurried = 0;
  let missing = "";
  while (!world.signal.aborted) {
    const outcome = await attempt(appliance, failures + 1);
    failures = outcome.hasFailed ? failures + 1 : 0;
    hurried = outcome.hasNews ? hurried + 1 : 0;
    if (!outcome.hasFailed) missing = sayMissing(appliance, missing);
    const isHurried = outcome.hasNews && hurried <= MOST_HURRIED;
    await world.clock.sleep(isHurried ? NEWS_WAIT_MS : outcome.waitMs, world.signal).catch(() => undefined);
  }
  appliance.credentials = null;
  world.log("stopped");
}

export interface RanOnce {
  readonly appliance: string;
  readonly configHash: string | null;
  /** Those that the configuration refers to and the server does not give. */
  readonly missing: readonly string[];
}

/** One report, and what follows from it, until there is nothing new. Trouble is thrown. */
export async function runOnce(world: World): Promise<RanOnce> {
  const appliance = openAppliance(world);
  await rememberTrouble(appliance, () => tellAllSteps(appliance.calls));
  for (let rounds = 0; rounds < MOST_HURRIED; rounds += 1) {
    const { hasNews } = await runRound(appliance);
    if (!hasNews) break;
  }
  const { device, applied } = appliance;
  const configHash = applied?.hash ?? null;
  return { appliance: device.applianceId, configHash, missing: missingCredentials(appliance) };
}

/** Once a change, not once a round. */
function sayMissing(appliance: Appliance, before: string): string {
  const names = missingCredentials(appliance).join(", ");
  if (names === before) return before;
  if (names === "") appliance.world.log("credentials-complete");
  else appliance.world.log("credentials-missing", { names }, "warning");
  return names;
}

interface Attempt {
  readonly hasFailed: boolean;
  readonly hasNews: boolean;
  readonly waitMs: number;
}

async function attempt(appliance: Appliance, failures: number): Promise<Attempt> {
  const { world, applied } = appliance;
  try {
    const { hasNews, pollSeconds } = await runRound(appliance);
    return { hasFailed: false, hasNews, waitMs: 1000 * pollSeconds };
  } catch (error) {
    if (world.signal.aborted) return { hasFailed: false, hasNews: false, waitMs: 0 };
    const pollMs = 1000 * (applied?.configuration.pollSeconds ?? 60);
    const waitMs = waitAfter(appliance, error, { failures, pollMs });
    const detail = error instanceof Refused && error.detail !== null ? { detail: error.detail } : {};
    world.log("trouble", { why: wordsOf(error), cause: causeOf(error), ...detail, retryInMs: waitMs }, "warning");
    return { hasFailed: true, hasNews: false, waitMs };
  }
}

interface Pace {
  readonly failures: number;
  readonly pollMs: number;
}

/** Whoever is turned away has no business with secrets any more. */
function waitAfter(appliance: Appliance, error: unknown, { failures, pollMs }: Pace): number {
  const { random } = appliance.world;
  if (!(error instanceof Refused)) return backOff({ failures, retryAfter: null, random: random() });
  const isTurnedAway = error.status === 403 || error.status === 410 || error.status === 423;
  if (isTurnedAway) appliance.credentials = null;
  if (error.status === 410) return RETIRED_WAIT_MS;
  const wait = backOff({ failures, retryAfter: error.retryAfter, random: random() });
  return isTurnedAway ? Math.max(pollMs, wait) : wait;
}

function openAppliance(world: World): Appliance {
  const device = readDevice(world.folder);
  const keys = readKeys(world.folder);
  if (device === null || keys === null)
    throw userError("not-provisioned", "this appliance has no place yet", "reeve appliance provision, with its code");
  const progress = readProgress(world.folder);
  const appliance: Appliance = {
    world: { ...world, log: atLeast(world.log, () => logLevelOf(appliance)) },
    device,
    keys,
    calls: callsOf(world, { device, keys, endpoints: () => endpointsOf(appliance) }),
    run: randomBytes(16).toString("base64url"),
    startedAt: world.clock.now().getTime(),
    conditions: new Map(progress.conditions.map(({ type, message }) => [type, message])),
    progress,
    applied: readApplied(world.folder, device.applianceId),
    credentials: null,
    domain: null,
    missed: null,
  };
  return appliance;
}

function logLevelOf({ applied }: Appliance): LogLevel {
  const level = applied?.configuration.settings.logLevel ?? "INFO";
  return LEVELS[level];
}

const LEVELS = { DEBUG: "debug", INFO: "info", WARNING: "warning", ERROR: "error" } as const;

interface Caller {
  readonly device: Device;
  readonly keys: DeviceKeys;
  readonly endpoints: () => readonly string[];
}

function callsOf({ clock, signal }: World, caller: Caller): SignedCalls {
  return openSignedCalls({ ...caller, clock, signal });
}

/** The configuration's, then the one that it was claimed at: a wrong address in a document must not cut an appliance off. */
function endpointsOf({ applied, device }: Appliance): readonly string[] {
  const configured = applied?.configuration.apiEndpoint;
  return [...new Set([...(configured === undefined ? [] : [usable(configured)]), device.claimedAt])].filter(
    (endpoint) => endpoint !== "",
  );
}

function usable(endpoint: string): string {
  try {
    return readEndpoint(endpoint);
  } catch {
    return "";
  }
}
