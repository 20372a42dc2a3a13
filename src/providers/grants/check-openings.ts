/** What a desktop may reach: challenges and networks. Pure. */
import type { Finding, Path } from "../../estate/resource.ts";
import { type Refusal, refuse, refuseIf, warn } from "../refusal.ts";
import { networkRefusal, portRefusal } from "./check-text.ts";
import { parseNetwork } from "./cidr.ts";
import { forbiddenFor, isPublic, isWithin } from "./networks.ts";
import type { Claim } from "./topology.ts";

export function* checkOpenings(claim: Claim): Generator<Finding> {
  const { grant } = claim;
  const { challenges, egress } = grant.spec;
  if (challenges.length > 0)
    yield* refuseIf({ resource: grant, path: ["spec", "challenges"] }, challengeRefusal(claim));
  yield* checkNames(claim);
  for (const [index, { cidr, ports }] of egress.entries()) {
    const place = { resource: grant, path: ["spec", "egress", index, "cidr"] };
    const refusal = networkRefusal(cidr) ?? egressRefusal(cidr, claim);
    yield* refuseIf(place, refusal);
    if (refusal === null) yield* checkReserved(cidr, claim, place.path);
    yield* checkPorts(claim, ["spec", "egress", index, "ports"], ports);
  }
}

function challengeRefusal({ policy, cluster }: Claim): Refusal | null {
  if (policy.spec.egress.challenges === "none") {
    return {
      code: "challenges-not-allowed",
      message: `${policy.address} opens no challenges`,
      hint: "remove them, or have the policy say egress: { challenges: own }",
    };
  }
  if (cluster.spec.challenges !== undefined) return null;
  return {
    code: "challenges-unknown",
    message: `${cluster.address} does not say where challenges run`,
    hint: "write challenges: { namespaces: […] } there, or remove them here",
  };
}

function* checkNames(claim: Claim): Generator<Finding> {
  const { grant } = claim;
  const seen = new Set<string>();
  for (const [index, { name, ports }] of grant.spec.challenges.entries()) {
    const path = ["spec", "challenges", index];
    if (seen.has(name)) {
      yield refuse(
        { resource: grant, path: [...path, "name"] },
        { code: "challenge-twice", message: `${name} is listed twice`, hint: "put its ports into one entry" },
      );
    }
    seen.add(name);
    yield* checkPorts(claim, [...path, "ports"], ports);
  }
}

function* checkPorts({ grant }: Claim, path: Path, ports: readonly (number | string)[]): Generator<Finding> {
  for (const [index, port] of ports.entries()) {
    yield* refuseIf({ resource: grant, path: [...path, index] }, portRefusal(port));
  }
}

function egressRefusal(cidr: string, { policy, cluster }: Claim): Refusal | null {
  const network = parseNetwork(cidr);
  if (network === null) return null;
  const { internet, networks } = policy.spec.egress;
  const isEverything = network.prefix === 0;
  const forbidden = isEverything ? null : forbiddenFor(network, cluster.spec.reservedNetworks);
  if (forbidden !== null) {
    return {
      code: "egress-forbidden",
      message: `${cidr} touches ${forbidden}, which no desktop may reach by address`,
      hint: "metadata services, loopback and the cluster's own networks stay closed: name a smaller network",
    };
  }
  const isAllowed = isEverything || isPublic(network) ? internet === "allow" : false;
  if (isAllowed || isWithin(network, networks)) return null;
  const open = [...networks, ...(internet === "allow" ? ["the internet"] : [])].join(", ");
  return {
    code: "egress-not-allowed",
    message: `${policy.address} opens ${open === "" ? "no networks" : open}, and ${cidr} is not within`,
    hint: "name a network within these, or have the policy changed",
  };
}

/** A private network may be the cluster's own, which only the cluster's document can say. */
function* checkReserved(cidr: string, { grant, cluster }: Claim, path: Path): Generator<Finding> {
  const network = parseNetwork(cidr);
  if (network === null || network.prefix === 0 || isPublic(network) || cluster.spec.reservedNetworks.length > 0) return;
  yield warn(
    { resource: grant, path },
    {
      code: "reserved-unknown",
      message: `${cidr} is private, and ${cluster.address} does not say which networks are the cluster's own`,
      hint: "write its reservedNetworks (pods, services, nodes): an address rule may open other people's pods",
    },
  );
}
