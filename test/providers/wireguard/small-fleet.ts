/** One hub and three peers, in sync: what the tests of comparing start from. */
import type { Resource } from "../../../src/estate/resource.ts";
import { hub, keyOf, peer } from "./desired.ts";
import { converge, type World } from "./world.ts";

export const HUB = hub("hub");
export const ALICE = peer("alice", { publicKey: keyOf(1001), addresses: ["10.8.0.10"] });
export const BOB = peer("bob", { publicKey: keyOf(1002), addresses: ["10.8.0.11"] });
const CAROL = peer("carol", { publicKey: keyOf(1003), addresses: ["10.8.0.12"], routedNetworks: ["10.20.0.0/16"] });
export const BASE: readonly Resource[] = [HUB, ALICE, BOB, CAROL];
export const CONVERGED: World = converge(BASE, new Map());

export function without(...gone: readonly Resource[]): readonly Resource[] {
  return BASE.filter((one) => !gone.includes(one));
}

export function withAlice(spec: Parameters<typeof peer>[1]): readonly Resource[] {
  return [...without(ALICE), peer("alice", { ...ALICE.spec, ...spec })];
}

export function hubWith(
  spec: Parameters<typeof hub>[1],
  annotations: Readonly<Record<string, string>> = {},
): readonly Resource[] {
  return [...without(HUB), { ...hub("hub", spec), annotations }];
}
