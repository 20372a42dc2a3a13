/** The domain's computers: listed with the domain's credential, reported in pages, kept for what is made of them. */
import { randomBytes } from "node:crypto";
import {
  type Computer,
  type EnumerationAnswer,
  type EnumerationPage,
  PAGE_COMPUTERS,
  type ReportedCondition,
} from "../../protocol/bodies.ts";
import type { SealedCredential } from "../../protocol/seal.ts";
import { ListTrouble, listComputers } from "../directory/list-computers.ts";
import type { FoundDomain } from "../domain/find-domain.ts";
import { Refused } from "../server/trouble.ts";
import { type Appliance, keep } from "./appliance.ts";
import { keepInventory } from "./keep-inventory.ts";

/** The name of the credential that a partner submits where no document names one. */
const SUBMITTED_NAME = "domain";
/** They end with a list that the server took, or with the domain. */
export const DOMAIN_CONDITIONS = ["CredentialRejected", "DCUnreachable", "SuspiciousResult"] as const;
const MOST_MS = 180_000;
/** A refused credential is not tried again before, unless another version comes. */
const REJECTED_MS = 3_600_000;

/** True where there is something to report. */
export async function enumerate(appliance: Appliance, found: FoundDomain, generation: number): Promise<boolean> {
  const credential = domainCredential(appliance);
  if (credential === null || isRejected(appliance, credential)) return false;
  const before = conditionsOf(appliance);
  try {
    const computers = await list(appliance, found, credential);
    refuseShrink(appliance, computers.length);
    await report(appliance, computers, generation);
    finish(appliance, computers, { generation, credential: credential.name });
    return true;
  } catch (error) {
    const condition = conditionOf(error);
    if (condition === null) throw error;
    const message = error instanceof Error ? error.message.slice(0, 1000) : "";
    appliance.conditions.set(condition, message);
    if (condition === "CredentialRejected")
      keep(appliance, { rejected: { version: credential.version, at: appliance.world.clock.now().getTime() } });
    appliance.world.log("not-enumerated", { condition, why: message }, "warning");
    return conditionsOf(appliance) !== before;
  }
}

/** Null where none is held, or its time is over. */
function domainCredential({ applied, credentials, world }: Appliance): SealedCredential | null {
  const name = applied?.configuration.domain.credentialsRef ?? SUBMITTED_NAME;
  const held = credentials?.byName.get(name);
  return held !== undefined && world.clock.now().getTime() < Date.parse(held.expiresAt) ? held : null;
}

function isRejected({ progress: { rejected }, world }: Appliance, { version }: SealedCredential): boolean {
  return rejected?.version === version && world.clock.now().getTime() - rejected.at < REJECTED_MS;
}

function conditionsOf({ conditions }: Appliance): string {
  return JSON.stringify([...conditions.keys()].toSorted());
}

function list(
  { applied, world }: Appliance,
  found: FoundDomain,
  credential: SealedCredential,
): Promise<readonly Computer[]> {
  const { ldap, enumeration } = applied?.configuration.domain ?? {};
  const authority = applied?.configuration.authorities.find(({ name }) => name === ldap?.caRef)?.certificate ?? null;
  return listComputers({
    found,
    security: ldap?.security ?? "ldaps",
    authority,
    credential,
    exclude: enumeration?.exclude ?? [],
    signal: AbortSignal.any([world.signal, AbortSignal.timeout(MOST_MS)]),
  });
}

/** More likely a lost right, or a lost connection, than lost computers. */
class SuspiciousResult extends Error {
  override readonly name = "SuspiciousResult";
}

function refuseShrink({ applied, progress }: Appliance, count: number): void {
  const minRatio = applied?.configuration.domain.enumeration.minRatio ?? 0.5;
  const before = progress.enumerated?.count ?? 0;
  if (count === 0 || count < before * minRatio)
    throw new SuspiciousResult(`${count} computers, and ${before} before: nothing is reported`);
}

async function report({ calls }: Appliance, computers: readonly Computer[], generation: number): Promise<void> {
  const enumerationId = randomBytes(16).toString("base64url");
  const pages = Math.max(1, Math.ceil(computers.length / PAGE_COMPUTERS));
  for (let page = 0; page < pages; page += 1) {
    const body: EnumerationPage = {
      enumerationId,
      generation,
      page,
      final: page === pages - 1,
      computers: computers.slice(page * PAGE_COMPUTERS, (page + 1) * PAGE_COMPUTERS),
    };
    const path = "/api/appliances/enumeration-results";
    await calls.post<EnumerationAnswer>(path, JSON.stringify(body), "EnumerationAnswer");
  }
}

interface Finished {
  readonly generation: number;
  /** The name of the credential that opened the directory. */
  readonly credential: string;
}

function finish(appliance: Appliance, computers: readonly Computer[], { generation, credential }: Finished): void {
  for (const condition of DOMAIN_CONDITIONS) appliance.conditions.delete(condition);
  keepInventory(appliance, { computers, credential });
  const done = { ...appliance.progress.done, enumeration: Math.max(appliance.progress.done.enumeration, generation) };
  const at = appliance.world.clock.now().toISOString();
  keep(appliance, { done, rejected: null, enumerated: { count: computers.length, at } });
  appliance.world.log("enumerated", { computers: computers.length, generation });
}

/** Null for what is no trouble of the domain. */
function conditionOf(error: unknown): ReportedCondition | null {
  if (error instanceof ListTrouble) return error.kind === "rejected" ? "CredentialRejected" : "DCUnreachable";
  if (error instanceof DOMException && error.name === "TimeoutError") return "DCUnreachable";
  if (error instanceof SuspiciousResult) return "SuspiciousResult";
  if (error instanceof Refused && error.problem === "suspicious-shrink") return "SuspiciousResult";
  return null;
}
