/** Tiers and policies by themselves. Pure. */
import type { Finding, Resource } from "../../estate/resource.ts";
import type { AccessPolicySpec, WorkstationTierSpec } from "../../generated/documents.ts";
import { durationSeconds } from "../../support/duration.ts";
import { type Refusal, refuse, refuseIf } from "../refusal.ts";
import { imageRefusal, networkRefusal } from "./check-text.ts";
import { parseNetwork } from "./cidr.ts";
import { forbiddenFor } from "./networks.ts";
import { mebibytes, millicores } from "./quantity.ts";

export function* checkTier(resource: Resource<WorkstationTierSpec>): Generator<Finding> {
  const { image, quota, resources } = resource.spec;
  if (image !== undefined) yield* refuseIf({ resource, path: ["spec", "image"] }, imageRefusal(image));
  if (quota === undefined) return;
  const isSmall = {
    cpu: millicores(quota.cpu) <= millicores(resources.cpu),
    memory: mebibytes(quota.memory) <= mebibytes(resources.memory),
  };
  for (const part of ["cpu", "memory"] as const) {
    if (!isSmall[part]) continue;
    yield refuse(
      { resource, path: ["spec", "quota", part] },
      {
        code: "quota-too-small",
        message: `a quota of ${quota[part]} leaves the proxy nothing beside a desktop of ${resources[part]}: no pod would start`,
        hint: "a sidecar may use 2 cores and 1Gi where nobody has set it otherwise; add that, or leave quota out",
      },
    );
  }
}

export function* checkPolicy(resource: Resource<AccessPolicySpec>): Generator<Finding> {
  const { maxDuration, egress, requires, subjects, allowedImages = [] } = resource.spec;
  if (durationSeconds(maxDuration) === 0) {
    yield refuse(
      { resource, path: ["spec", "maxDuration"] },
      {
        code: "no-time",
        message: `${maxDuration} allows no grant at all`,
        hint: "write how long access may last: 14d",
      },
    );
  }
  for (const [index, text] of (subjects.people ?? []).entries()) {
    yield* refuseIf({ resource, path: ["spec", "subjects", "people", index] }, wildcardRefusal(text));
  }
  for (const [index, pattern] of allowedImages.entries()) {
    yield* refuseIf({ resource, path: ["spec", "allowedImages", index] }, patternRefusal(pattern));
  }
  for (const [index, text] of egress.networks.entries()) {
    const refusal = networkRefusal(text) ?? openRefusal(text);
    yield* refuseIf({ resource, path: ["spec", "egress", "networks", index] }, refusal);
  }
  if (requires.approvers !== undefined && requires.approvers.length < requires.approvals) {
    yield refuse(
      { resource, path: ["spec", "requires", "approvers"] },
      {
        code: "approvers-few",
        message: `${requires.approvals} approvals are needed, and ${requires.approvers.length} people may give one`,
        hint: "name more approvers, or ask for fewer approvals",
      },
    );
  }
}

/** Ids are compared to the letter, and no grant is for an id with a * in it. */
function wildcardRefusal(text: string): Refusal | null {
  if (!text.includes("*")) return null;
  return {
    code: "person-wildcard",
    message: `"${text}" covers nobody: ids are compared to the letter, and no person's has a * in it`,
    hint: "name the people, or cover many by mailDomains or matchLabels",
  };
}

/** A * stands for no @, and no image runs without its digest. */
function patternRefusal(pattern: string): Refusal | null {
  if (pattern.includes("@")) return null;
  return {
    code: "image-digest",
    message: `${pattern} fits no image: desktops run images by their digest, and * stands for no @`,
    hint: `write ${pattern}@sha256:*`,
  };
}

function openRefusal(text: string): Refusal | null {
  const network = parseNetwork(text);
  if (network === null) return null;
  if (network.prefix === 0) {
    return {
      code: "network-everything",
      message: `${text} is everything, the cluster's own networks too`,
      hint: "for the internet without private networks write egress: { internet: allow }",
    };
  }
  const forbidden = forbiddenFor(network, []);
  if (forbidden === null) return null;
  return {
    code: "network-forbidden",
    message: `${text} touches ${forbidden}, which no desktop may reach`,
    hint: "metadata services, loopback and multicast are never opened: name a smaller network",
  };
}
