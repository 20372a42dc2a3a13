import { describe, expect, test } from "vitest";
import { foreignFields } from "../../../src/providers/grants/foreign-fields.ts";
import { isSurelyAsRendered } from "../../../src/providers/grants/in-sync.ts";
import { MERGE } from "../../sandbox/kubernetes/direct.ts";
import { applyAll, findRendered, JSON_PATCH, RENDERED, type Write } from "./applied-cluster.ts";

const cluster = applyAll(RENDERED);

describe("what others write", () => {
  const WORKLOAD = "StatefulSet ws-alice/workstation";
  const template = (part: object): object => ({ spec: { template: part } });
  test.each<{ name: string; of: string; merge?: object; patch?: object[]; found: readonly string[] }>([
    {
      name: "a container beside the desktop, first in its list",
      of: WORKLOAD,
      patch: [{ op: "add", path: "/spec/template/spec/containers/0", value: { name: "spy", image: "spy:1" } }],
      found: ["/spec/template/spec/containers/0"],
    },
    {
      name: "two of them: a patch takes out the later one first",
      of: WORKLOAD,
      patch: [
        { op: "add", path: "/spec/template/spec/containers/0", value: { name: "a", image: "a:1" } },
        { op: "add", path: "/spec/template/spec/containers/-", value: { name: "b", image: "b:1" } },
      ],
      found: ["/spec/template/spec/containers/2", "/spec/template/spec/containers/0"],
    },
    {
      name: "another command in the desktop",
      of: WORKLOAD,
      patch: [{ op: "add", path: "/spec/template/spec/containers/0/command", value: ["sh"] }],
      found: ["/spec/template/spec/containers/0/command"],
    },
    {
      name: "a volume of the machine",
      of: WORKLOAD,
      patch: [{ op: "add", path: "/spec/template/spec/volumes/0", value: { name: "host", hostPath: { path: "/" } } }],
      found: ["/spec/template/spec/volumes/0"],
    },
    {
      name: "the machine's network",
      of: WORKLOAD,
      merge: template({ spec: { hostNetwork: true } }),
      found: ["/spec/template/spec/hostNetwork"],
    },
    {
      name: "an annotation that leads traffic around the sidecar",
      of: WORKLOAD,
      merge: template({ metadata: { annotations: { "traffic.sidecar.istio.io/excludeInboundPorts": "8080" } } }),
      found: ["/spec/template/metadata/annotations/traffic.sidecar.istio.io~1excludeInboundPorts"],
    },
    {
      name: "a label that other policies select",
      of: WORKLOAD,
      merge: template({ metadata: { labels: { app: "workstation-gateway" } } }),
      found: ["/spec/template/metadata/labels/app"],
    },
    {
      name: "a restart",
      of: WORKLOAD,
      merge: template({ metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "2026-12-03T08:00:00Z" } } }),
      found: [],
    },
    { name: "how a rollout goes", of: WORKLOAD, merge: { spec: { minReadySeconds: 5 } }, found: [] },
    {
      name: "an annotation of somebody's own",
      of: WORKLOAD,
      merge: { metadata: { annotations: { note: "mine" } } },
      found: [],
    },
    {
      name: "an address outside",
      of: "Service ws-alice/ws",
      merge: { spec: { externalIPs: ["203.0.113.9"] } },
      found: ["/spec/externalIPs"],
    },
    {
      name: "a port by its side",
      of: "Service ws-alice/ws",
      patch: [{ op: "add", path: "/spec/ports/0", value: { name: "ssh", port: 22 } }],
      found: ["/spec/ports/0"],
    },
    {
      name: "a secret to mount",
      of: "ServiceAccount ws-alice/workstation",
      merge: { secrets: [{ name: "token" }] },
      found: ["/secrets"],
    },
    {
      name: "rights for pods",
      of: "Namespace ws-alice",
      merge: { metadata: { labels: { "pod-security.kubernetes.io/enforce-version": "v1.0" } } },
      found: ["/metadata/labels/pod-security.kubernetes.io~1enforce-version"],
    },
    {
      name: "a policy that is only tried out",
      of: "AuthorizationPolicy ws-alice/allow-nothing",
      merge: { metadata: { annotations: { "istio.io/dry-run": "true" } } },
      found: ["/metadata/annotations/istio.io~1dry-run"],
    },
    {
      name: "a variable of the desktop's environment",
      of: "ConfigMap ws-alice/session",
      merge: { data: { LD_PRELOAD: "/tmp/x.so" } },
      found: ["/data/LD_PRELOAD"],
    },
    {
      name: "more of the machine",
      of: "ResourceQuota ws-alice/grant",
      merge: { spec: { hard: { "limits.cpu": "64" } } },
      found: ["/spec/hard/limits.cpu"],
    },
    {
      name: "an owner whose end would be the policy's",
      of: "NetworkPolicy ws-alice/default-deny",
      merge: { metadata: { ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "x", uid: "u-1" }] } },
      found: ["/metadata/ownerReferences"],
    },
    {
      name: "the volume that was found for a claim",
      of: "PersistentVolumeClaim ws-alice/home",
      merge: { spec: { volumeName: "pv-1" } },
      found: [],
    },
  ])("$name", ({ of, merge, patch, found }) => {
    const object = findRendered(of);
    const write: Write =
      patch === undefined
        ? { by: "eve", method: "PATCH", body: merge, type: MERGE }
        : { by: "eve", method: "PATCH", body: patch, type: JSON_PATCH };
    expect(cluster.write(object, write)).toMatchObject({ status: 200 });
    const foreign = foreignFields(cluster.live(object), "reeve");
    const steps = foreign.map(({ pointer }) => ({ op: "remove", path: pointer }));
    const isSure = isSurelyAsRendered(object, cluster.live(object), "reeve");
    const healed =
      steps.length === 0
        ? null
        : cluster.write(object, { by: "reeve", method: "PATCH", body: steps, type: JSON_PATCH });
    const left = foreignFields(cluster.live(object), "reeve");
    cluster.reset(object);
    expect(foreign).toEqual(found.map((pointer) => ({ pointer, manager: "eve" })));
    expect(isSure).toBe(found.length === 0);
    if (healed !== null) expect(healed).toMatchObject({ status: 200 });
    expect(left).toEqual([]);
  });
});
