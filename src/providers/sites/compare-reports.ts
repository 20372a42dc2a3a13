/** What appliances report that nobody may overlook. Pure; nothing of it is a change, since no apply mends it. */
import type { Finding } from "../../estate/resource.ts";
import type { OperatorAppliance } from "../../protocol/operator.ts";
import { durationSeconds } from "../../support/duration.ts";
import type { SiteView } from "./observe.ts";
import type { SiteFacts } from "./topology.ts";

type Words = Pick<Finding, "code" | "message"> & { readonly hint: string };

export function findingsOfSite(facts: SiteFacts, view: SiteView | undefined, now: Date): readonly Finding[] {
  const { site } = facts;
  return site.spec.appliances.flatMap(({ name, identity, settings }, index) => {
    const live = view?.appliances.find((one) => one.name === name);
    if (live === undefined) return [];
    const poll = durationSeconds(settings.pollInterval ?? site.spec.settings.pollInterval);
    const late = isLate(live, 2 * poll, now) ? [lateWords(live)] : [];
    const words = [...identityWords(live, identity?.signKey), ...late, ...domainWords(live, site.spec.domain.expected)];
    return words.map(
      (one) => ({ severity: "warning", ...one, resource: site, path: ["spec", "appliances", index] }) as const,
    );
  });
}

function isLate({ phase, outOfSyncSince }: OperatorAppliance, seconds: number, now: Date): boolean {
  return (
    phase === "OutOfSync" && outOfSyncSince !== null && now.getTime() - Date.parse(outOfSyncSince) > seconds * 1000
  );
}

function lateWords({ name, conditions }: OperatorAppliance): Words {
  const failure = conditions.find(({ type }) => type === "ApplyFailed");
  const why = failure === undefined ? "" : `: ${failure.message}`;
  return {
    code: "out-of-sync",
    message: `${name} works by another configuration than the documents say${why}`,
    hint: "look at the appliance: reeve appliance status",
  };
}

function* identityWords(
  { name, applianceId, identity }: OperatorAppliance,
  pinned: string | undefined,
): Generator<Words> {
  if (identity === null || identity.retiredAt !== null) return;
  if (identity.conflictAt !== null)
    yield {
      code: "identity-conflict",
      message: `two machines use the identity of ${name}: neither is served`,
      hint: `find the copy and switch it off, then: reeve site resolve-conflict ${applianceId.replace(":", " ")}`,
    };
  if (identity.pending !== null)
    yield {
      code: "rebind-pending",
      message: `${identity.pending.hostname} (${identity.pending.mac}) asks for the place of ${name} with another key`,
      hint: `if it was set up anew: reeve site approve-rebind ${applianceId.replace(":", " ")}, or reeve site mint-code`,
    };
  if (pinned !== undefined && pinned !== identity.signKey)
    yield {
      code: "identity-differs",
      message: `${name} has another key than its document pins`,
      hint: "pin the new one, or take the pin out",
    };
}

function domainWords({ name, domainPhase, domain }: OperatorAppliance, expected: string | undefined): readonly Words[] {
  if (domainPhase !== "DomainMismatch") return [];
  const message = `${name} found the domain ${domain?.name ?? ""}, and ${expected ?? ""} is expected`;
  return [{ code: "domain-mismatch", message, hint: "correct spec.domain.expected, or the network" }];
}
