import { expect } from "vitest";
import type { ProvisionCode } from "../../src/protocol/codes.ts";
import {
  applianceOf,
  type Bench,
  claim,
  claimBody,
  commitOf,
  type Machine,
  makeMachine,
  openBench,
  provisioningOf,
  randomCode,
  SITE,
  siteOf,
  wordOf,
} from "./site-server.ts";

/** A site with one appliance, and a machine that may claim its place. */
export interface Scene {
  readonly bench: Bench;
  readonly code: ProvisionCode;
  readonly machine: Machine;
  /** Another appliance, of another site. */
  readonly stranger: Machine;
}

export type Over = Parameters<typeof applianceOf>[0];

export async function openScene(over: Over = {}, site: Parameters<typeof siteOf>[0] = {}): Promise<Scene> {
  const code = randomCode();
  const [machine, stranger] = [await makeMachine(), await makeMachine("other-site:front-desk")];
  const strangerCode = randomCode();
  const bench = await openBench(null);
  const declare = (appliance: Over): void => {
    bench.desired = commitOf({
      [SITE]: siteOf({ appliances: [applianceOf({ provisioning: provisioningOf(code), ...appliance })], ...site }),
      "other-site": siteOf({
        appliances: [applianceOf({ mac: "84:3A:5B:91:B6:62", provisioning: provisioningOf(strangerCode) })],
      }),
    });
  };
  declare({});
  await claim(bench, stranger, strangerCode, {
    mac: "84:3A:5B:91:B6:62",
    proof: claimBody(stranger, strangerCode, { mac: "84:3A:5B:91:B6:62" }).proof,
  });
  declare(over);
  return { bench, code, machine, stranger };
}

/** The same, with the machine in its place. */
export async function claimedScene(over: Over = {}, site: Parameters<typeof siteOf>[0] = {}): Promise<Scene> {
  const scene = await openScene({}, site);
  expect(wordOf(await claim(scene.bench, scene.machine, scene.code))).toBe("200");
  if (Object.keys(over ?? {}).length > 0) {
    const spec = siteOf({ appliances: [applianceOf({ provisioning: provisioningOf(scene.code), ...over })], ...site });
    scene.bench.desired = commitOf({ [SITE]: spec });
  }
  return scene;
}
