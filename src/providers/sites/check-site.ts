/** Rules within one site. */
import type { Finding, Path, Resource } from "../../estate/resource.ts";
import type { ApplianceSiteSpec, SiteAppliance } from "../../generated/documents.ts";
import { readMac } from "../../protocol/appliance-id.ts";
import { isExpectedDomain } from "../../protocol/phases.ts";
import { hasChecksum } from "../../protocol/recipient.ts";
import { suggest } from "../../support/did-you-mean.ts";
import { durationSeconds } from "../../support/duration.ts";

type Site = Resource<ApplianceSiteSpec>;
type Words = Pick<Finding, "code" | "message"> & { readonly hint?: string; readonly severity?: "warning" };

const LEAST_POLL_S = 15;
const MOST_POLL_S = 3600;
const LEAST_STALE_S = 30 * 86_400;
const CODE_LIFE_MS = 30 * 86_400_000;

export function* checkSite(site: Site, now: Date): Generator<Finding> {
  const at = (path: Path, words: Words): Finding => ({
    severity: "error",
    resource: site,
    path: ["spec", ...path],
    ...words,
  });
  const { spec } = site;
  yield* checkNames(spec, at);
  yield* checkReferences(spec, at);
  yield* checkPoll(spec.settings.pollInterval, at, ["settings", "pollInterval"]);
  for (const [index, appliance] of spec.appliances.entries()) {
    yield* checkAppliance(appliance, (path, words) => at(["appliances", index, ...path], words), now);
  }
  const { staleAfter } = spec.domain.enumeration;
  if (durationSeconds(staleAfter) < LEAST_STALE_S) {
    const hint = "directories record a logon at most every 14 days: say 30d or more";
    yield at(["domain", "enumeration", "staleAfter"], {
      code: "stale-too-soon",
      message: `${staleAfter} takes living computers for gone`,
      hint,
    });
  }
  yield* checkDomain(spec.domain, at);
  const port = Number(spec.goAgent?.listen.split(":").at(-1) ?? 1);
  if (port < 1 || port > 65_535)
    yield at(["goAgent", "listen"], { code: "bad-port", message: `${port} is no port`, hint: "1 to 65535" });
}

type Say = (path: Path, words: Words) => Finding;

function* checkNames(spec: ApplianceSiteSpec, at: Say): Generator<Finding> {
  for (const list of ["appliances", "targets", "credentials", "authorities"] as const) {
    const seen = new Set<string>();
    for (const [index, { name }] of spec[list].entries()) {
      if (seen.has(name))
        yield at([list, index, "name"], {
          code: "duplicate-name",
          message: `${name} is there twice`,
          hint: "names are unique in a site",
        });
      seen.add(name);
    }
  }
}

function* checkReferences(spec: ApplianceSiteSpec, at: Say): Generator<Finding> {
  const credentials = spec.credentials.map(({ name }) => name);
  const named: readonly (readonly [Path, string | undefined])[] = [
    [["domain", "credentialsRef"], spec.domain.credentialsRef],
    ...spec.targets.map(({ credentialsRef }, index) => [["targets", index, "credentialsRef"], credentialsRef] as const),
  ];
  for (const [path, name] of named)
    if (name !== undefined && !credentials.includes(name))
      yield at(path, {
        code: "unknown-credential",
        message: `the site has no credential ${name}`,
        hint: credentials.length === 0 ? "declare it under spec.credentials" : suggest(name, credentials),
      });
  const authorities = spec.authorities.map(({ name }) => name);
  const { caRef } = spec.domain.ldap;
  if (caRef !== undefined && !authorities.includes(caRef))
    yield at(["domain", "ldap", "caRef"], {
      code: "unknown-authority",
      message: `the site has no authority ${caRef}`,
      hint: authorities.length === 0 ? "declare it under spec.authorities" : suggest(caRef, authorities),
    });
  for (const [index, { name, winrm }] of spec.targets.entries())
    if (!winrm.tls) {
      const message = `${name} is reached without TLS: its credential can be read on the way`;
      yield at(["targets", index, "winrm", "tls"], {
        severity: "warning",
        code: "plain-winrm",
        message,
        hint: "turn TLS on at the target",
      });
    }
}

/** What is looked for must be what is expected, or every report is of the wrong one. */
function* checkDomain({ discovery, expected }: ApplianceSiteSpec["domain"], at: Say): Generator<Finding> {
  if (typeof discovery === "string" || isExpectedDomain(discovery.name, expected ?? null)) return;
  const message = `${expected ?? ""} is expected, and ${discovery.name} is looked for`;
  yield at(["domain", "expected"], {
    code: "domain-contradiction",
    message,
    hint: "say the same domain, or leave it out",
  });
}

function* checkPoll(interval: string | undefined, at: Say, path: Path): Generator<Finding> {
  const seconds = interval === undefined ? LEAST_POLL_S : durationSeconds(interval);
  if (seconds >= LEAST_POLL_S && seconds <= MOST_POLL_S) return;
  yield at(path, {
    code: "poll-interval",
    message: `appliances do not check in every ${interval ?? ""}`,
    hint: "15s to 1h",
  });
}

function* checkAppliance(
  { mac, identity, provisioning, settings }: SiteAppliance,
  at: Say,
  now: Date,
): Generator<Finding> {
  yield* checkPoll(settings.pollInterval, at, ["settings", "pollInterval"]);
  if (readMac(mac) !== mac)
    yield at(["mac"], {
      code: "bad-mac",
      message: `${mac} is no machine's hardware address`,
      hint: "read it off the machine's label",
    });
  if (identity !== undefined && !hasChecksum(identity.recipient))
    yield at(["identity", "recipient"], {
      severity: "warning",
      code: "bad-recipient",
      message: "its checksum does not hold: nothing can be sealed to it",
      hint: "take it as it is offered for pinning",
    });
  if (provisioning === undefined || Date.parse(provisioning.expiresAt) - now.getTime() <= CODE_LIFE_MS) return;
  const message = `a code that holds until ${provisioning.expiresAt} lies about for too long`;
  yield at(["provisioning", "expiresAt"], { code: "code-too-long", message, hint: "30 days at most" });
}
