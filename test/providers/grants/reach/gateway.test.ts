import { describe, expect, test } from "vitest";
import { normalizePath, winners } from "../../../../src/providers/grants/reach/routes.ts";
import { parseObjects, worldOf } from "../../../support/grants-cast.ts";

interface Route {
  readonly name: string;
  readonly host?: string;
  readonly match?: string;
  readonly created?: number;
  readonly namespace?: string;
}

const written = ({ name, host, match, created, namespace = "home" }: Route): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: ${name}, namespace: ${namespace}${created === undefined ? "" : `, creationTimestamp: "202${created}-01-01T00:00:00Z"`}}
spec:
  parentRefs: [{name: workstation-gateway, namespace: project-x-infra}]
  hostnames: [${host ?? "site.example"}]
  rules: [{matches: [${match ?? "{path: {type: PathPrefix, value: /}}"}], backendRefs: [{name: s, port: 80}]}]`;

const prefix = (value: string): string => `{path: {type: PathPrefix, value: ${value}}}`;
const exact = (value: string): string => `{path: {type: Exact, value: ${value}}}`;

describe("which route takes a request", () => {
  test.each<{ name: string; path: string; host?: string; routes: readonly Route[]; taken: readonly string[] }>([
    {
      name: "the longest prefix",
      path: "/a/b/c",
      routes: [
        { name: "short", match: prefix("/a") },
        { name: "long", match: prefix("/a/b") },
      ],
      taken: ["long"],
    },
    { name: "whole segments", path: "/ab", routes: [{ name: "a", match: prefix("/a") }], taken: [] },
    {
      name: "a slash at the end of a prefix means nothing",
      path: "/a",
      routes: [{ name: "a", match: prefix("/a/") }],
      taken: ["a"],
    },
    {
      name: "exact before a prefix",
      path: "/a",
      routes: [
        { name: "prefix", match: prefix("/a"), created: 1 },
        { name: "exact", match: exact("/a"), created: 2 },
      ],
      taken: ["exact"],
    },
    { name: "exact means nothing below", path: "/a/b", routes: [{ name: "exact", match: exact("/a") }], taken: [] },
    {
      name: "the older of two, though either may",
      path: "/a",
      routes: [
        { name: "young", match: prefix("/a"), created: 2 },
        { name: "old", match: prefix("/a"), created: 1 },
      ],
      taken: ["old", "young"],
    },
    {
      name: "what is not there yet is the youngest",
      path: "/a",
      routes: [
        { name: "planned", match: prefix("/a") },
        { name: "there", match: prefix("/a"), created: 6 },
      ],
      taken: ["there", "planned"],
    },
    {
      name: "the closest host",
      path: "/a",
      routes: [{ name: "any", host: '"*.example"', match: prefix("/a") }, { name: "own" }],
      taken: ["own"],
    },
    {
      name: "a wildcard host",
      path: "/a",
      host: "x.y.example",
      routes: [{ name: "any", host: '"*.example"' }],
      taken: ["any"],
    },
    {
      name: "a wildcard is not the domain itself",
      path: "/a",
      host: "example",
      routes: [{ name: "any", host: '"*.example"' }],
      taken: [],
    },
    { name: "hosts in any case", path: "/a", host: "SITE.example", routes: [{ name: "own" }], taken: ["own"] },
    {
      name: "a method is the caller's to choose",
      path: "/a",
      routes: [
        { name: "plain", match: prefix("/a") },
        { name: "posts", match: "{path: {type: PathPrefix, value: /a}, method: POST}" },
      ],
      taken: ["plain", "posts"],
    },
    {
      name: "a regular expression may win",
      path: "/a",
      routes: [
        { name: "plain", match: prefix("/a") },
        { name: "regex", match: "{path: {type: RegularExpression, value: /.*}}" },
      ],
      taken: ["plain", "regex"],
    },
  ])("$name", ({ path, host = "site.example", routes, taken }) => {
    const world = worldOf(routes.flatMap((route) => parseObjects(written(route))));
    expect(winners(world, { host, path }).map(({ title }) => title.replace("HTTPRoute home/", ""))).toEqual(taken);
  });

  test.each([
    { from: "{from: All}", taken: 1 },
    { from: "{from: Same}", taken: 0 },
    { from: "{from: Selector, selector: {matchLabels: {team: red}}}", taken: 1 },
    { from: "{from: Selector, selector: {matchLabels: {team: blue}}}", taken: 0 },
  ])("a gateway that admits routes $from", ({ from, taken }) => {
    const objects = parseObjects(`
{apiVersion: v1, kind: Namespace, metadata: {name: home, labels: {team: red}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: workstation-gateway, namespace: project-x-infra}
spec: {listeners: [{name: https, allowedRoutes: {namespaces: ${from}}}]}`);
    const world = worldOf(objects, parseObjects(written({ name: "a" })));
    expect(winners(world, { host: "site.example", path: "/" })).toHaveLength(taken);
  });
});

test.each([
  { path: "/a/../b", normal: "/b" },
  { path: "/a/./b", normal: "/a/b" },
  { path: "/a/%2E%2e/b", normal: "/b" },
  { path: "/../../b", normal: "/b" },
  { path: "/a\\..\\b", normal: "/b" },
  { path: "/a%2F..%2Fb", normal: "/a%2F..%2Fb" },
  { path: "/a%5Cb", normal: "/a%5Cb" },
  { path: "//a", normal: "//a" },
  { path: "/a?x=/../b", normal: "/a" },
  { path: "/a/b/..", normal: "/a/" },
])("$path is $normal to the gateway", ({ path, normal }) => {
  expect(normalizePath(path)).toBe(normal);
});

describe("whether a pod has the proxy", () => {
  const template = (metadata: string, spec = "{}"): string => `
{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: home}, spec: {template: {metadata: ${metadata}, spec: ${spec}}}}`;
  test.each([
    { name: "an injected namespace", labels: "{istio-injection: enabled}", pod: template("{}"), sidecar: true },
    { name: "a revision", labels: "{istio.io/rev: stable}", pod: template("{}"), sidecar: true },
    {
      name: "disabled goes before a revision",
      labels: "{istio.io/rev: stable, istio-injection: disabled}",
      pod: template("{}"),
      sidecar: false,
    },
    { name: "no label", labels: "{}", pod: template("{}"), sidecar: false },
    { name: "ambient has none", labels: "{istio.io/dataplane-mode: ambient}", pod: template("{}"), sidecar: false },
    {
      name: "the pod's own word against it",
      labels: "{istio-injection: enabled}",
      pod: template('{labels: {sidecar.istio.io/inject: "false"}}'),
      sidecar: false,
    },
    {
      name: "the pod's own word for it",
      labels: "{}",
      pod: template('{labels: {sidecar.istio.io/inject: "true"}}'),
      sidecar: true,
    },
    {
      name: "one that nothing is led through",
      labels: "{istio-injection: enabled}",
      pod: template("{annotations: {sidecar.istio.io/interceptionMode: NONE}}"),
      sidecar: false,
    },
    {
      name: "the node's network",
      labels: "{istio-injection: enabled}",
      pod: template("{}", "{hostNetwork: true}"),
      sidecar: false,
    },
    {
      name: "a live pod without it",
      labels: "{istio-injection: enabled}",
      pod: "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: home}, spec: {containers: [{name: app}]}}",
      sidecar: false,
    },
    {
      name: "a live pod with it",
      labels: "{}",
      pod: "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: home}, spec: {initContainers: [{name: istio-proxy}]}}",
      sidecar: true,
    },
  ])("$name: $sidecar", ({ labels, pod, sidecar }) => {
    const world = worldOf(
      parseObjects(`{apiVersion: v1, kind: Namespace, metadata: {name: home, labels: ${labels}}}\n---\n${pod}`),
    );
    expect(world.pods.get("home")?.map((one) => one.sidecar)).toEqual([sidecar]);
  });
});
