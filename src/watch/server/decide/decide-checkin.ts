/** A check-in: what is reported is kept, and a second machine with the same identity is found out. Pure. */
import { createHash } from "node:crypto";
import type { CheckinAnswer, CheckinBody } from "../../../protocol/bodies.ts";
import { wantedGeneration } from "../../../protocol/phases.ts";
import type { DeclaredAppliance } from "../desired.ts";
import { answer, type Reply, refuse } from "../reply.ts";
import type { ApplianceRecord, Decision, Found, RecentCheckin } from "../store/store.ts";
import { currentDomainPhase, settle } from "./settle.ts";
import { refuseSigned, type Signed, withIdentity } from "./signed.ts";

export interface Checkin extends Signed {
  readonly body: CheckinBody;
  /** Of the body's bytes. */
  readonly digest: string;
  readonly commit: string;
  readonly credentialsVersion: string | null;
}

/** How many check-ins are remembered: a repeat that comes late is no second machine. */
const RECENT = 8;

export function decideCheckin(checkin: Checkin, found: Found): Decision<Reply> {
  const refusal = refuseSigned(checkin, found);
  const { declared, body, digest, now } = checkin;
  if (refusal !== null || declared === null) return { answer: refusal ?? refuse("retired") };
  const record = withIdentity(found.record, declared);
  const { identity, report } = record;
  if (identity === null) return { answer: refuse("bad-signature") };
  const conflict = refuse("clone-suspected", "an operator must say which machine it is: reeve site resolve-conflict");
  if (identity.conflictAt !== null) return { answer: conflict };
  const verdict = judgeSequence(report.recent, body.seq, digest);
  if (verdict === "fork") {
    const conflicted = { ...identity, conflictAt: now.toISOString() };
    const settled = settle({ identity: conflicted, report }, checkin);
    const detail = `check-in ${body.seq} came twice, differently: ${body.hostname} and ${report.hostname ?? "another"}`;
    return {
      answer: conflict,
      record: settled.record,
      events: [{ type: "clone-suspected", detail }, ...settled.events],
    };
  }
  const kept =
    verdict === "repeat" ? { ...record, report: { ...report, seenAt: now.toISOString() } } : keep(record, checkin);
  const { record: after, events } = settle(kept, checkin);
  return { answer: answer(200, answerOf(checkin, declared, after)), record: after, events };
}

type Verdict = "next" | "repeat" | "fork";

/** The same number with the same body is a repeat; with another body, or a number from before, a second machine. */
function judgeSequence(recent: readonly RecentCheckin[], seq: number, digest: string): Verdict {
  const last = recent.at(-1)?.[0] ?? 0;
  if (seq > last) return "next";
  return recent.some(([known, body]) => known === seq && body === digest) ? "repeat" : "fork";
}

function keep(record: ApplianceRecord, { body, digest, now }: Checkin): ApplianceRecord {
  const { report } = record;
  const { configHash, credentialsVersion, version, hostname, uptimeSeconds, conditions, done, seq } = body;
  return {
    ...record,
    report: {
      ...report,
      seenAt: now.toISOString(),
      recent: [...report.recent, [seq, digest] as const].slice(-RECENT),
      configHash,
      credentialsVersion,
      version,
      hostname,
      uptimeSeconds,
      conditions,
      done,
    },
  };
}

function answerOf(checkin: Checkin, declared: DeclaredAppliance, record: ApplianceRecord): CheckinAnswer {
  const { commit, credentialsVersion, now, body } = checkin;
  const { domain, scan } = declared.site;
  const domainPhase = currentDomainPhase(record, checkin);
  const mayEnumerate = domainPhase === "Discovered" || domainPhase === "Enumerating";
  const enumerated = Math.max(body.done.enumeration, record.report.enumeration?.generation ?? 0);
  return {
    configHash: declared.rendered().hash,
    commit,
    credentialsVersion,
    wanted: {
      enumeration: mayEnumerate ? wantedGeneration(domain.enumeration.generation, enumerated) : null,
      scan: wantedGeneration(scan.generation, body.done.scan),
    },
    pollSeconds: spread(declared, body.seq),
    serverTime: now.toISOString(),
  };
}

/** A tenth more or less, so that appliances that woke together do not stay together. */
function spread({ id, pollSeconds }: Pick<DeclaredAppliance, "id" | "pollSeconds">, seq: number): number {
  const share = createHash("sha256").update(`${id}\n${seq}`).digest().readUInt16BE(0) / 0xff_ff;
  return Math.max(1, Math.round(pollSeconds * (0.9 + 0.2 * share)));
}
