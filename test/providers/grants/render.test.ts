import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import type { KubeObject } from "../../../src/providers/grants/kube-object.ts";
import { nameOf, renderChanged } from "./declared.ts";
import { DURING } from "./small-cluster.ts";

/** The corrected bundle, which real API servers took. */
function bundle(file: string): readonly KubeObject[] {
  const text = readFileSync(new URL(`../../fixtures/grants/${file}`, import.meta.url), "utf8");
  return parseAllDocuments(text).map((document) => document.toJS() as KubeObject);
}

const ADDED_LABELS = /^(app\.kubernetes\.io\/part-of|applyset\.kubernetes\.io\/part-of|reeve\.dev\/estate)$/;

/** Without what the issue adds to the bundle: more labels, annotations, and the default-deny's lists written out. */
function comparable({ metadata, ...rest }: KubeObject): unknown {
  const { annotations: _annotations, labels = {}, ...identity } = metadata;
  const kept = Object.fromEntries(Object.entries(labels).filter(([name]) => !ADDED_LABELS.test(name)));
  return JSON.parse(JSON.stringify({ ...rest, metadata: { ...identity, labels: kept } }), (key, value: unknown) =>
    (key === "ingress" || key === "egress") && Array.isArray(value) && value.length === 0 ? undefined : value,
  );
}

const RENDERED = renderChanged([], DURING);

test.each(
  [...bundle("shared.yaml"), ...bundle("alice.yaml")].map(
    (object) => [object.kind, object.metadata.name, object] as const,
  ),
)("%s %s is the corrected bundle's", (kind, name, object) => {
  const namespace = object.metadata.namespace ?? "";
  const own = RENDERED.map((one) => one.object).find(
    (one) => one.kind === kind && one.metadata.name === name && (one.metadata.namespace ?? "") === namespace,
  );
  expect(own === undefined ? null : comparable(own)).toEqual(comparable(object));
});

test("closed before opened: what is written for one person, in order", () => {
  expect(
    renderChanged([], DURING)
      .filter(({ source }) => source.name === "alice")
      .map(nameOf),
  ).toMatchInlineSnapshot(`
    [
      "Namespace ws-alice",
      "ResourceQuota ws-alice/grant",
      "LimitRange ws-alice/grant",
      "ServiceAccount ws-alice/workstation",
      "PersistentVolumeClaim ws-alice/home",
      "NetworkPolicy ws-alice/default-deny",
      "PeerAuthentication ws-alice/default",
      "AuthorizationPolicy ws-alice/allow-nothing",
      "NetworkPolicy ws-alice/workstation",
      "RequestAuthentication ws-alice/workstation",
      "ConfigMap ws-alice/session",
      "Service ws-alice/ws",
      "StatefulSet ws-alice/workstation",
      "AuthorizationPolicy ws-alice/workstation",
      "HTTPRoute ws-alice/ws",
    ]
  `);
});
