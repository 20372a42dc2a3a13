/** What stands before or beside a desktop and decides too: listeners, references between namespaces, session checks. */
import { expect, test } from "vitest";
import type { Infrastructure } from "../../../../src/providers/grants/reach/cast.ts";
import { proveGrants } from "../../../../src/providers/grants/reach/prove.ts";
import {
  bundleOf,
  clusterObjects,
  INFRA,
  parseObjects,
  type Swap,
  workstationOf,
  worldOf,
} from "../../../support/grants-cast.ts";

interface Case {
  readonly name: string;
  readonly cluster?: readonly Swap[];
  readonly foreign?: string;
  readonly infra?: Partial<Infrastructure>;
  readonly finds: readonly string[];
}

const LISTENER = "{name: https, port: 443, protocol: HTTPS, allowedRoutes: {namespaces: {from: All}}}";
const listener = (hostname: string): Swap => [LISTENER, LISTENER.replace("port:", `hostname: "${hostname}", port:`)];
const LOCKED_OUT = "locked-out: alice does not reach ws-alice, port 8080";

/** A route of mallory's to alice's Service, at a path of its own. */
const ROUTE = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: mine, namespace: ws-mallory}
spec:
  parentRefs: [{name: workstation-gateway, namespace: project-x-infra}]
  hostnames: [project-x.example.com]
  rules: [{matches: [{path: {value: /workstation/mallory}}], backendRefs: [{name: ws, namespace: ws-alice, port: 8080}]}]`;
const REFERENCE = (to: string): string => `
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: mine, namespace: ws-alice}
spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: ws-mallory}], to: [{group: "", ${to}}]}`;
const OPEN = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: mine, namespace: ws-alice}
spec: {rules: [{}]}`;
const BY_ROUTE = "intruder: anybody with anybody else's token, at https://project-x.example.com/workstation/mallory";

const CHECK = (rule: string, provider = "check"): string => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: session-check, namespace: ws-alice}
spec: {action: CUSTOM, provider: {name: ${provider}}, rules: [${rule}]}`;
const asked = (known: readonly string[] | null) => ({ sessionCheck: { provider: "check", known } });
const UNCHECKED = "unchecked: no CUSTOM policy surely asks check before ws-alice, port 8080";

test.each<Case>([
  { name: "a listener for the host", cluster: [listener("project-x.example.com")], finds: [] },
  { name: "a listener for the domain", cluster: [listener("*.example.com")], finds: [] },
  { name: "a listener for another host", cluster: [listener("other.example.com")], finds: [LOCKED_OUT] },
  {
    name: "another's route without leave to lead here",
    foreign: `${ROUTE}\n---${OPEN}`,
    finds: ["!at https://project-x.example.com/workstation/mallory"],
  },
  {
    name: "another's route with leave",
    foreign: `${ROUTE}\n---${REFERENCE("kind: Service")}\n---${OPEN}`,
    finds: [BY_ROUTE],
  },
  {
    name: "another's route with leave for this Service",
    foreign: `${ROUTE}\n---${REFERENCE("kind: Service, name: ws")}\n---${OPEN}`,
    finds: [BY_ROUTE],
  },
  {
    name: "another's route with leave for another Service",
    foreign: `${ROUTE}\n---${REFERENCE("kind: Service, name: other")}\n---${OPEN}`,
    finds: ["!at https://project-x.example.com/workstation/mallory"],
  },
  { name: "a session check that is asked", foreign: CHECK("{}"), infra: asked(["check"]), finds: [] },
  { name: "a session check that nobody asks", infra: asked(["check"]), finds: [UNCHECKED] },
  {
    name: "a session check for some paths",
    foreign: CHECK("{to: [{operation: {paths: [/api/*]}}]}"),
    infra: asked(["check"]),
    finds: [UNCHECKED],
  },
  { name: "a check by somebody else", foreign: CHECK("{}", "other"), infra: asked(["check"]), finds: [UNCHECKED] },
  {
    name: "a provider that the mesh has not",
    foreign: CHECK("{}"),
    infra: asked([]),
    finds: ["unchecked: the mesh has no extension provider check"],
  },
  {
    name: "providers that nobody could read",
    foreign: CHECK("{}"),
    infra: asked(null),
    finds: ["unchecked: whether the mesh has an extension provider check was not read"],
  },
])("$name", ({ cluster = [], foreign = "", infra = {}, finds }) => {
  const world = worldOf(clusterObjects(cluster), bundleOf("alice"), parseObjects(foreign));
  const { findings } = proveGrants({ world, infra: { ...INFRA, ...infra } }, [workstationOf("alice")]);
  const said = findings.map(({ kind, words }) => `${kind}: ${words}`);
  if (finds.length === 0) expect(said).toEqual([]);
  for (const words of finds) {
    if (words.startsWith("!")) expect(said.join("\n")).not.toContain(words.slice(1));
    else expect(said).toContainEqual(expect.stringContaining(words));
  }
});
