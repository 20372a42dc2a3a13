/** The bounds of a grant's policy: what lies outside is refused, never cut to fit. Pure. */
import type { Finding, Path } from "../../estate/resource.ts";
import { durationSeconds } from "../../support/duration.ts";
import { type Place, type Refusal, refuse, refuseIf } from "../refusal.ts";
import { imageRefusal, matchesImage } from "./check-text.ts";
import { mebibytes, millicores } from "./quantity.ts";
import type { Claim } from "./topology.ts";

const WIDEN = "ask for less, or have the policy changed";

/** `claims` are those of one grant. */
export function* checkBounds(claims: readonly Claim[], now: Date): Generator<Finding> {
  const [claim] = claims;
  if (claim === undefined) return;
  yield* refuseIf(at(claim, "tier"), tierRefusal(claim));
  yield* checkLength(claim);
  yield* checkImage(claim);
  yield* checkSize(claim);
  yield* checkHome(claim);
  yield* checkReason(claim);
  yield* refuseIf(at(claim, "approvals"), approvalRefusal(claims, now));
  for (const one of claims) yield* refuseIf({ resource: one.grant, path: one.path }, subjectRefusal(one));
}

/** The field where the grant writes it, else the word that brings it in. */
function at({ grant }: Claim, field: keyof Claim["grant"]["spec"], otherwise: Path = ["spec"]): Place {
  return { resource: grant, path: grant.spec[field] === undefined ? otherwise : ["spec", field] };
}

function tierRefusal({ tier, policy }: Claim): Refusal | null {
  if (policy.spec.allowedTiers.includes(tier.name)) return null;
  return {
    code: "tier-not-allowed",
    message: `${policy.address} allows ${policy.spec.allowedTiers.join(", ")}, not ${tier.name}`,
    hint: "choose one of these, or have the policy changed",
  };
}

function* checkLength(claim: Claim): Generator<Finding> {
  const { window, policy, grant } = claim;
  const { maxDuration } = policy.spec;
  if (window === null || durationSeconds(maxDuration) === 0) return;
  const seconds = (window.expiresAt.getTime() - window.startsAt.getTime()) / 1000;
  if (seconds <= durationSeconds(maxDuration)) return;
  const latest = new Date(window.startsAt.getTime() + durationSeconds(maxDuration) * 1000).toISOString();
  yield refuse(at(claim, grant.spec.expiresAt === undefined ? "duration" : "expiresAt"), {
    code: "duration-exceeded",
    message: `access would last longer than the ${maxDuration} that ${policy.address} allows`,
    hint: `from this start, ${latest} is the latest end`,
  });
}

function* checkImage(claim: Claim): Generator<Finding> {
  const { grant, tier, policy } = claim;
  const image = grant.spec.image ?? tier.spec.image;
  const place = at(claim, "image", ["spec", "tier"]);
  if (image === undefined) {
    yield refuse(place, {
      code: "image-missing",
      message: `neither the grant nor ${tier.address} names an image`,
      hint: "write image: registry/repository@sha256:… in one of them",
    });
    return;
  }
  const unpinned = grant.spec.image === undefined ? null : imageRefusal(image);
  yield* refuseIf(place, unpinned);
  const { allowedImages } = policy.spec;
  if (unpinned !== null || allowedImages === undefined) return;
  if (allowedImages.some((pattern) => matchesImage(pattern, image))) return;
  yield refuse(place, {
    code: "image-not-allowed",
    message: `${image} is none of the images of ${policy.address}: ${allowedImages.join(", ")}`,
    hint: "choose another image, or have the policy changed",
  });
}

function* checkSize(claim: Claim): Generator<Finding> {
  const { grant, tier, policy } = claim;
  const { cpu, memory } = grant.spec.resources ?? tier.spec.resources;
  const most = policy.spec.maxResources ?? {};
  const own = grant.spec.resources !== undefined;
  const place = (part: string): Place => ({
    resource: grant,
    path: own ? ["spec", "resources", part] : ["spec", "tier"],
  });
  if (most.cpu !== undefined && millicores(cpu) > millicores(most.cpu)) {
    yield refuse(place("cpu"), tooMuch(`cpu: ${cpu}`, most.cpu, claim));
  }
  if (most.memory !== undefined && mebibytes(memory) > mebibytes(most.memory)) {
    yield refuse(place("memory"), tooMuch(`memory: ${memory}`, most.memory, claim));
  }
}

function tooMuch(asked: string, most: string, { policy }: Claim): Refusal {
  return { code: "resources-exceeded", message: `${asked} is more than the ${most} of ${policy.address}`, hint: WIDEN };
}

function* checkHome({ grant, policy }: Claim): Generator<Finding> {
  const { home } = grant.spec;
  const most = policy.spec.maxResources?.homeGib;
  if (home === undefined) return;
  if (most !== undefined && home.sizeGib > most) {
    yield refuse(
      { resource: grant, path: ["spec", "home", "sizeGib"] },
      {
        code: "resources-exceeded",
        message: `a home volume of ${home.sizeGib} GiB is more than the ${most} GiB of ${policy.address}`,
        hint: WIDEN,
      },
    );
  }
  const { retainFor } = home;
  if (retainFor === undefined || durationSeconds(retainFor) <= durationSeconds(policy.spec.retain.home)) return;
  yield refuse(
    { resource: grant, path: ["spec", "home", "retainFor"] },
    {
      code: "retention-exceeded",
      message: `keeping the home volume for ${retainFor} is more than the ${policy.spec.retain.home} of ${policy.address}`,
      hint: WIDEN,
    },
  );
}

function* checkReason(claim: Claim): Generator<Finding> {
  const { grant, policy } = claim;
  if (!policy.spec.requires.reason || grant.spec.reason !== undefined) return;
  yield refuse(at(claim, "reason"), {
    code: "reason-missing",
    message: `${policy.address} asks for a reason`,
    hint: 'say why in one line: reason: "CTF course, ticket 4711"',
  });
}

/** Nobody approves their own access, nobody counts twice, and nobody has approved in the future. */
function approvalRefusal(claims: readonly Claim[], now: Date): Refusal | null {
  const [claim] = claims;
  if (claim === undefined) return null;
  const { approvals, approvers } = claim.policy.spec.requires;
  if (approvers !== undefined && approvers.length < approvals) return null;
  // Issuers tell ids apart by case or not: whoever may be the same person does not count.
  const people = new Set(claims.map(({ person }) => person.toLowerCase()));
  const judged = claim.grant.spec.approvals.map((one) => ({
    by: one.by,
    flaw: flawOf(one, { people, approvers, now }),
  }));
  const found = new Set(judged.flatMap(({ by, flaw }) => (flaw === null ? [by.toLowerCase()] : []))).size;
  if (found >= approvals) return null;
  const others = approvers?.filter((one) => !people.has(one.toLowerCase()));
  const whose = others?.join(", ") ?? "anybody but those it is for";
  const flaws = [...new Set(judged.flatMap(({ flaw }) => flaw ?? []))];
  const asked = `${claim.policy.address} asks for ${approvals} ${approvals === 1 ? "approval" : "approvals"}`;
  return {
    code: "approvals-missing",
    message: [`${asked}, and ${found} of those here ${found === 1 ? "counts" : "count"}`, ...flaws].join("; "),
    hint:
      others !== undefined && others.length < approvals
        ? `nobody is left to approve it beside those it is for: have more approvers named in ${claim.policy.address}`
        : `approvals: [{ by: …, at: … }], given already, by ${whose}`,
  };
}

interface Judging {
  readonly people: ReadonlySet<string>;
  readonly approvers: readonly string[] | undefined;
  readonly now: Date;
}

/** Why an approval does not count; null for one that does. */
function flawOf({ by, at: when }: { readonly by: string; readonly at: string }, judging: Judging): string | null {
  const { people, approvers, now } = judging;
  if (people.has(by.toLowerCase())) return `${by} cannot approve their own access`;
  if (approvers?.includes(by) === false) return `${by} is none of its approvers`;
  return new Date(when) > now ? `${by}'s is of ${when}, which is still to come` : null;
}

function subjectRefusal({ person, grant, policy }: Claim): Refusal | null {
  const { people, mailDomains, matchLabels } = policy.spec.subjects;
  const domain = person.slice(person.lastIndexOf("@") + 1).toLowerCase();
  const isNamed = people?.includes(person) === true;
  const isOfDomain = person.includes("@") && mailDomains?.includes(domain) === true;
  const isLabelled =
    matchLabels !== undefined && Object.entries(matchLabels).every(([name, value]) => grant.labels[name] === value);
  if (isNamed || isOfDomain || isLabelled) return null;
  return {
    code: "person-not-covered",
    message: `${policy.address} does not cover "${person}"`,
    hint: "name another policy, or have this one's subjects changed; ids are compared to the letter",
  };
}
