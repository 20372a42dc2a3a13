/** Steps of provisioning, the domain that was found, the pages of an enumeration. Pure. */
import {
  type DomainDiscoveredAnswer,
  type DomainDiscoveredBody,
  type EnumerationAnswer,
  type EnumerationPage,
  STEPS,
  type StatusBody,
} from "../../../protocol/bodies.ts";
import { isExpectedDomain } from "../../../protocol/phases.ts";
import type { DeclaredAppliance } from "../desired.ts";
import { answer, isKnown, type Reply, refuse } from "../reply.ts";
import type { ApplianceRecord, Decision, Found, Receiving, Report } from "../store/store.ts";
import { currentDomainPhase, settle } from "./settle.ts";
import { refuseSigned, type Signed, withIdentity } from "./signed.ts";

/** The appliance may report: what it found goes on from here. */
interface Admitted {
  readonly signed: Signed;
  readonly declared: DeclaredAppliance;
  readonly record: ApplianceRecord;
}

function admit(signed: Signed, found: Found): Admitted | Reply {
  const refusal = refuseSigned(signed, found);
  if (refusal !== null || signed.declared === null) return refusal ?? refuse("retired");
  const record = withIdentity(found.record, signed.declared);
  if (record.identity?.conflictAt != null)
    return refuse("identity-conflict", "an operator must say which machine it is: reeve site resolve-conflict");
  return { signed, declared: signed.declared, record };
}

function isAdmitted(admitted: Admitted | Reply): admitted is Admitted {
  return "record" in admitted;
}

function keepReport({ record, signed }: Admitted, report: Report): Pick<Decision<Reply>, "record" | "events"> {
  return settle({ ...record, report: { ...report, seenAt: signed.now.toISOString() } }, signed);
}

/** Steps come in order; one that was reported before is no news. */
export function decideStatus(signed: Signed, body: StatusBody, found: Found): Decision<Reply> {
  const admitted = admit(signed, found);
  if (!isAdmitted(admitted)) return { answer: admitted };
  const { report } = admitted.record;
  const step = STEPS.indexOf(body.step);
  if (step <= report.step) return { answer: answer(204), ...keepReport(admitted, report) };
  if (step > report.step + 1) return { answer: refuse("step-order", `"${STEPS[report.step + 1] ?? ""}" comes first`) };
  const { record, events = [] } = keepReport(admitted, { ...report, step });
  const detail = body.detail === undefined ? body.step : `${body.step}: ${body.detail}`;
  return {
    answer: answer(204),
    events: [{ type: "step", detail }, ...events],
    ...(record === undefined ? {} : { record }),
  };
}

/** The configuration was asked for. `isSame`: the appliance has it already. */
export function decideFetch(
  signed: Signed,
  ifNoneMatch: string | undefined,
  found: Found,
): Decision<Reply | "same" | "send"> {
  const admitted = admit(signed, found);
  if (!isAdmitted(admitted)) return { answer: admitted };
  const { hash } = admitted.declared.rendered();
  const said = isKnown(ifNoneMatch, hash) ? "same" : "send";
  return { answer: said, ...keepReport(admitted, { ...admitted.record.report, fetchedHash: hash }) };
}

/** Secrets are asked for: nothing is kept of it but who asked. */
export function decideDelivery(signed: Signed, found: Found): Decision<Reply | "send"> {
  const admitted = admit(signed, found);
  return { answer: isAdmitted(admitted) ? "send" : admitted };
}

export function decideDiscovery(signed: Signed, body: DomainDiscoveredBody, found: Found): Decision<Reply> {
  const admitted = admit(signed, found);
  if (!isAdmitted(admitted)) return { answer: admitted };
  const { record, declared } = admitted;
  const expected = declared.site.domain.expected ?? null;
  const isNew = record.report.domain?.name !== body.domain;
  const domain = {
    name: body.domain,
    defaultNamingContext: body.defaultNamingContext,
    servers: body.servers,
    at: signed.now.toISOString(),
  };
  const kept = keepReport(admitted, { ...record.report, domain });
  const events = [...(isNew ? [{ type: "domain-discovered", detail: body.domain }] : []), ...(kept.events ?? [])];
  const reply = isExpectedDomain(body.domain, expected)
    ? answer(isNew ? 202 : 200, { isNew } satisfies DomainDiscoveredAnswer)
    : refuse("domain-mismatch", `${expected ?? ""} is expected here; the report is kept`);
  return { answer: reply, events, ...(kept.record === undefined ? {} : { record: kept.record }) };
}

export function decideEnumeration(signed: Signed, body: EnumerationPage, found: Found): Decision<Reply> {
  const admitted = admit(signed, found);
  if (!isAdmitted(admitted)) return { answer: admitted };
  const { report } = admitted.record;
  if (report.enumeration?.enumerationId === body.enumerationId)
    return { answer: answer(200, { received: report.enumeration.count, final: true } satisfies EnumerationAnswer) };
  if (currentDomainPhase(admitted.record, signed) === "DomainMismatch")
    return { answer: refuse("domain-mismatch", "computers of another domain are not kept") };
  const wanted = admitted.declared.site.domain.enumeration.generation;
  if (body.generation < wanted)
    return { answer: refuse("superseded-generation", `generation ${wanted} is wanted`, { wanted }) };
  const receiving = received(report.receiving, body);
  return body.final ? completeEnumeration(admitted, body, receiving) : keepPage(admitted, body, receiving);
}

/** A page that comes again replaces itself; the first page of another enumeration replaces all. */
function received(
  before: Receiving | null,
  { enumerationId, generation, page, computers }: EnumerationPage,
): Receiving {
  const pages = before?.enumerationId === enumerationId ? before.pages : {};
  return { enumerationId, generation, pages: { ...pages, [page]: computers.length } };
}

function countOf({ pages }: Receiving): number {
  return Object.values(pages).reduce((sum, count) => sum + count, 0);
}

function keepPage(admitted: Admitted, body: EnumerationPage, receiving: Receiving): Decision<Reply> {
  const kept = keepReport(admitted, { ...admitted.record.report, receiving });
  return {
    answer: answer(202, { received: countOf(receiving), final: false } satisfies EnumerationAnswer),
    page: body,
    ...kept,
  };
}

function completeEnumeration(admitted: Admitted, body: EnumerationPage, receiving: Receiving): Decision<Reply> {
  const { report } = admitted.record;
  const missing = Array.from({ length: body.page }, (_, page) => page).filter(
    (page) => receiving.pages[page] === undefined,
  );
  if (missing.length > 0)
    return { answer: refuse("pages-missing", `send page ${missing[0]} again`, { missing: missing.slice(0, 100) }) };
  const count = countOf(receiving);
  const { minRatio } = admitted.declared.site.domain.enumeration;
  const before = report.enumeration?.count ?? 0;
  if (count === 0 || count < before * minRatio) return refuseShrink(admitted, count, before);
  const { enumerationId, generation } = body;
  const enumeration = { enumerationId, generation, count, at: admitted.signed.now.toISOString() };
  const kept = keepReport(admitted, { ...report, receiving: null, enumeration });
  const events = [
    { type: "enumerated", detail: `${count} computers, generation ${generation}` },
    ...(kept.events ?? []),
  ];
  return {
    ...kept,
    answer: answer(200, { received: count, final: true } satisfies EnumerationAnswer),
    page: body,
    commitPages: enumerationId,
    events,
  };
}

/** More likely a lost connection than lost computers: the last list stays. */
function refuseShrink(admitted: Admitted, count: number, before: number): Decision<Reply> {
  const detail = `${count} computers, and ${before} before`;
  const kept = keepReport(admitted, { ...admitted.record.report, receiving: null });
  const events = [{ type: "suspicious-shrink", detail }, ...(kept.events ?? [])];
  return { ...kept, answer: refuse("suspicious-shrink", `${detail}: the last list stays`), events };
}
