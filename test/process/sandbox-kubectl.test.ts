import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type KubernetesSandbox,
  startKubernetesSandbox,
} from "../../src/sandbox/kubernetes/start-kubernetes-sandbox.ts";
import { type Kubectl, kubectlFor, kubectlMissing } from "../support/kubectl.ts";

const FOLDER = fileURLToPath(new URL("../fixtures/grants", import.meta.url));
const BUNDLE = `-f ${FOLDER}/shared.yaml -f ${FOLDER}/alice.yaml`;
const SERVER_SIDE = "--server-side --field-manager=reeve";
const INFRA = "apiVersion: v1\nkind: Namespace\nmetadata: {name: project-x-infra}\n";

/** Every test goes on where the one before it ended, as a person at a terminal would. */
const it = test.skipIf(kubectlMissing() !== null);

let sandbox: KubernetesSandbox;
let kubectl: Kubectl;

beforeAll(async () => {
  sandbox = await startKubernetesSandbox();
  kubectl = kubectlFor(sandbox);
});

afterAll(async () => {
  kubectl[Symbol.dispose]();
  await sandbox.close();
});

function applied(word: string, out: string): number {
  return out.split("\n").filter((line) => line.endsWith(word)).length;
}

it("apply: the whole bundle, under strict validation", async () => {
  expect(await kubectl(`apply ${SERVER_SIDE} -f -`, INFRA)).toMatchObject({ code: 0 });
  const { code, out, err } = await kubectl(`apply ${SERVER_SIDE} ${BUNDLE}`);
  expect({ code, err, objects: applied("serverside-applied", out) }).toEqual({ code: 0, err: "", objects: 13 });
});

it("apply again: nothing moves", async () => {
  const before = sandbox.world.revision;
  expect(await kubectl(`apply ${SERVER_SIDE} ${BUNDLE}`)).toMatchObject({ code: 0, err: "" });
  expect(sandbox.world.revision).toBe(before);
});

it("diff: nothing, then what somebody has changed", async () => {
  expect(await kubectl(`diff ${SERVER_SIDE} ${BUNDLE}`)).toEqual({ code: 0, out: "", err: "" });
  const path = "networkpolicy workstation -n ws-alice --type=merge --field-manager=eve -p";
  const patched = await kubectl(`patch ${path} {"spec":{"egress":[{}]}}`);
  expect(patched).toMatchObject({ code: 0 });
  const refused = await kubectl(`diff ${SERVER_SIDE} ${BUNDLE}`);
  expect(refused.code).toBeGreaterThan(1);
  expect(refused.err).toContain('conflict with "eve" using networking.k8s.io/v1: .spec.egress');
  const forced = await kubectl(`diff ${SERVER_SIDE} --force-conflicts ${BUNDLE}`);
  expect(forced.code).toBe(1);
  expect(forced.out).toContain("+          k8s-app: kube-dns");
});

it("apply --force-conflicts heals", async () => {
  expect(await kubectl(`apply ${SERVER_SIDE} --force-conflicts ${BUNDLE}`)).toMatchObject({ code: 0 });
  expect(await kubectl(`diff ${SERVER_SIDE} ${BUNDLE}`)).toMatchObject({ code: 0, out: "" });
});

it.each([
  {
    line: "get networkpolicy -n ws-alice --no-headers -o custom-columns=N:.metadata.name",
    out: "default-deny\nworkstation\n",
  },
  { line: "get services -A -l app.kubernetes.io/managed-by=reeve -o name", out: "service/ws\n" },
  { line: "get ap allow-nothing -n ws-alice -o jsonpath={.spec}", out: '{"action":"ALLOW","rules":[]}' },
  {
    line: "get httproutes.v1beta1.gateway.networking.k8s.io ws -n ws-alice -o jsonpath={.apiVersion}",
    out: "gateway.networking.k8s.io/v1beta1",
  },
])("$line", async ({ line, out }) => {
  expect((await kubectl(line)).out).toBe(out);
});

it("get prints a table", async () => {
  const { out } = await kubectl("get networkpolicy -n ws-alice");
  expect(out.split("\n").map((line) => line.split(/\s+/).slice(0, 2))).toEqual([
    ["NAME", "POD-SELECTOR"],
    ["default-deny", "<none>"],
    ["workstation", "reeve.dev/component=workstation"],
    [""],
  ]);
});

it.each([
  { line: "get gadgets", says: 'the server doesn\'t have a resource type "gadgets"' },
  { line: "get configmap none -n ws-alice", says: 'configmaps "none" not found' },
  { line: "get pods --token wrong", says: "You must be logged in to the server" },
  {
    line: "delete namespace ws-alice --context viewer",
    says: 'User "reeve-viewer" cannot delete resource "namespaces"',
  },
  { line: "delete namespace default", says: "this namespace may not be deleted" },
])("$line is refused", async ({ line, says }) => {
  const { code, err } = await kubectl(line);
  expect(code).not.toBe(0);
  expect(err).toContain(says);
});

it("an unknown field is refused by name", async () => {
  const policy =
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: ws-alice}\nspec: {podSelecter: {}}\n";
  const { code, err } = await kubectl(`apply ${SERVER_SIDE} --validate=strict -f -`, policy);
  expect(code).not.toBe(0);
  expect(err).toContain(".spec.podSelecter: field not declared in schema");
});

it("delete: an object, then the namespace with all that is in it", async () => {
  expect(await kubectl("delete httproute ws -n ws-alice")).toMatchObject({ code: 0 });
  expect(await kubectl("delete namespace ws-alice --timeout=20s")).toMatchObject({ code: 0 });
  expect((await kubectl("get networkpolicies,services,ap -A -o name")).out).toBe(
    "authorizationpolicy.security.istio.io/workstation-gateway\n",
  );
});
