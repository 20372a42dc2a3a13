import { afterEach, describe, expect, test } from "vitest";
import { sealChange } from "../../../src/plan/seal-change.ts";
import { grants } from "../../../src/providers/grants/index.ts";
import type { KubeObject } from "../../../src/providers/grants/kube-object.ts";
import { describeObject } from "../../../src/providers/grants/live.ts";
import type { Comparison } from "../../../src/providers/provider.ts";
import { BY_ENVIRONMENT, type Lab, openLab } from "./client/lab.ts";
import { changeCluster, declare } from "./declared.ts";
import { DURING } from "./small-cluster.ts";

const SUSPEND = ["# end of alice", "  suspended: true\n# end of alice"];
const EVE = { fieldManager: "eve", isForced: true };

let lab: Lab;

async function open(): Promise<void> {
  lab = await openLab({ now: () => DURING });
  const infra: KubeObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: "project-x-infra" } };
  await lab.writer.apply(await lab.kind("v1", "Namespace"), infra, EVE);
}

afterEach(() => lab.sandbox.close());

/** What is planned for the small cluster after `edits`. */
async function plan(edits: readonly string[] = []) {
  const { desired } = declare(changeCluster([...BY_ENVIRONMENT, ...edits]));
  const session = { ...lab.session, clock: { ...lab.session.clock, now: () => DURING } };
  const observation = await grants.observe(desired, grants.openReader(session), session);
  const comparison = grants.compare(desired, observation, DURING);
  return { desired, session, observation, comparison };
}

/** Plans and applies; what became of each change. */
async function converge(edits: readonly string[] = []): Promise<readonly string[]> {
  const { desired, session, observation, comparison } = await plan(edits);
  const changes = comparison.changes.map((draft) => sealChange(draft, "grants", []));
  const outcomes: string[] = [];
  const work = { changes, desired, observation, now: DURING };
  for await (const { address, status, message } of grants.apply(work, grants.openWriter(session), session)) {
    outcomes.push(`${status} ${address}: ${message}`);
  }
  return outcomes;
}

function summary({ changes, findings }: Comparison): readonly string[] {
  const said = changes.map(
    ({ address, action, reason, blocked }) => `${action} ${address}: ${blocked?.message ?? reason}`,
  );
  return [...said, ...findings.map(({ code, message }) => `${code}: ${message}`)];
}

async function liveIn(namespace: string): Promise<readonly string[]> {
  const { observation } = await plan();
  const view = observation.clusters.get("lab");
  if (view === undefined || !("live" in view)) throw new Error("the lab was not read");
  return [...view.live.values()]
    .filter(({ metadata }) => metadata.namespace === namespace)
    .map(describeObject)
    .toSorted();
}

describe("a cluster that holds nothing", () => {
  test("gets everything, says what no server could check, and then nothing is left to do", async () => {
    await open();
    const first = await plan();
    expect(summary(first.comparison)).toEqual([
      "create WorkstationCluster/lab: 3 objects to write",
      "create WorkstationGrant/alice: 15 objects to write, 14 not checked by the server, since their namespace is still to be made",
      "create WorkstationGrant/workshop: 28 objects to write, 26 not checked by the server, since their namespace is still to be made",
    ]);
    expect(await converge()).toEqual([
      "done WorkstationCluster/lab: 3 objects",
      "done WorkstationGrant/alice: 15 objects",
      "done WorkstationGrant/workshop: 28 objects",
    ]);
    lab.sandbox.log.clear();
    const second = await plan();
    expect(summary(second.comparison)).toEqual([]);
    expect(lab.sandbox.log.writes()).toEqual([]);
  });
});
