/** Clusters that cannot be read or will not take what is planned, as `reeve plan` answers: what, where, why, and what next. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { command as plan } from "../../../src/commands/plan.ts";
import {
  type KubernetesSandbox,
  type KubernetesSandboxOptions,
  startKubernetesSandbox,
} from "../../../src/sandbox/kubernetes/start-kubernetes-sandbox.ts";
import { ask } from "../../sandbox/kubernetes/ask.ts";
import { type RanHere, runHere } from "../../support/run-here.ts";
import { OWN_HOSTS } from "./checked.ts";
import { changeCluster } from "./declared.ts";
import { DURING } from "./small-cluster.ts";

interface Trouble {
  readonly cluster?: KubernetesSandboxOptions;
  /** The stand-in's kubeconfig, made wrong. */
  readonly kubeconfig?: (own: string) => string;
  /** Of the documents, as `changeCluster` takes them. */
  readonly edits?: readonly string[];
  /** A quota of the gateway's namespace. */
  readonly quota?: Readonly<Record<string, string>>;
}

const BY_FILE = "kubeconfig: { path: ~/.kube/config, context: lab }";

async function openSandbox(options: KubernetesSandboxOptions = {}): Promise<KubernetesSandbox> {
  const sandbox = await startKubernetesSandbox({ now: () => DURING, namespaces: ["project-x-infra"], ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

async function limit(sandbox: KubernetesSandbox, hard: Readonly<Record<string, string>>): Promise<void> {
  const body = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "theirs" }, spec: { hard } };
  const path = "/api/v1/namespaces/project-x-infra/resourcequotas";
  const headers = { "Content-Type": "application/json" };
  expect(await ask(sandbox, { method: "POST", path, headers, body })).toMatchObject({ status: 201 });
}

async function planWith({ cluster = {}, kubeconfig = (own) => own, edits = [], quota }: Trouble): Promise<RanHere> {
  const sandbox = await openSandbox(cluster);
  if (quota !== undefined) await limit(sandbox, quota);
  const folder = mkdtempSync(join(tmpdir(), "reeve-bad-cluster-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [home, root] = [join(folder, "home"), join(folder, "repository")];
  mkdirSync(join(home, ".kube"), { recursive: true });
  writeFileSync(join(home, ".kube/config"), kubeconfig(sandbox.kubeconfig));
  mkdirSync(join(root, "desired-state"), { recursive: true });
  const files = changeCluster([...OWN_HOSTS, BY_FILE, BY_FILE.replace("lab", "sandbox"), ...edits]);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, "desired-state", file), text);
  return runHere(plan, ["--state", join(root, "desired-state")], { now: DURING, environment: { HOME: home } });
}

const CONTEXT = "context: sandbox";
const PATH = "path: ~/.kube/config";
const server = (to: string) => (own: string) => own.replaceAll(/https:\/\/127\.0\.0\.1:\d+/g, to);
const authority = (line: string) => (own: string) => own.replace(/certificate-authority-data: .*/, line);
const LOOK = "look at the network and the server's address, then run this again: it reads what is there and carries on";
const CORRECT = "correct the kubeconfig, or where the WorkstationCluster looks for it";

test.each<readonly [name: string, trouble: Trouble, says: string, next: string]>([
  [
    "the server is away",
    { kubeconfig: server("https://127.0.0.1:1") },
    "connect ECONNREFUSED 127.0.0.1:1 [cluster-transport]",
    LOOK,
  ],
  [
    "the server has no address",
    { kubeconfig: server("https://cluster.invalid") },
    "cluster.invalid [cluster-transport]",
    LOOK,
  ],
  [
    "a token that has expired",
    { kubeconfig: (own) => own.replace("reeve-sandbox-admin", "gone") },
    "Unauthorized [cluster-signed-out]",
    "renew the credentials in the kubeconfig",
  ],
  [
    "no authority for the certificate",
    { kubeconfig: authority("tls-server-name: localhost") },
    "its certificate is not trusted: self-signed certificate [cluster-untrusted]",
    "correct the certificate authority in the kubeconfig",
  ],
  [
    "any certificate would do",
    { kubeconfig: authority("insecure-skip-tls-verify: true") },
    "the kubeconfig ~/.kube/config: it says insecure-skip-tls-verify: anybody could answer for the cluster",
    CORRECT,
  ],
  [
    "through a proxy",
    { kubeconfig: (own) => own.replace(/( +)server: .*/, "$&\n$1proxy-url: http://proxy:3128") },
    "the kubeconfig ~/.kube/config: it says proxy-url, which Reeve does not support",
    CORRECT,
  ],
  [
    "in plain HTTP",
    { kubeconfig: server("http://10.0.0.1") },
    "the kubeconfig ~/.kube/config: its server http://10.0.0.1 is no https address",
    CORRECT,
  ],
  [
    "no such context",
    { edits: [CONTEXT, "context: nowhere"] },
    'the kubeconfig ~/.kube/config: there is no usable context "nowhere" in it',
    CORRECT,
  ],
  [
    "no kubeconfig",
    { edits: [PATH, "path: ~/.kube/missing"] },
    "the kubeconfig ~/.kube/missing: there is no such file",
    CORRECT,
  ],
  ["a folder for a kubeconfig", { edits: [PATH, "path: ~/.kube"] }, "the kubeconfig ~/.kube: it is a folder", CORRECT],
  [
    "no kubeconfig at all in it",
    { kubeconfig: () => "token: [hunter2" },
    "the kubeconfig ~/.kube/config: it cannot be read as a kubeconfig",
    CORRECT,
  ],
  [
    "a variable that is not set",
    { edits: [BY_FILE.replace("lab", "sandbox"), "kubeconfigFrom: { env: REEVE_KUBECONFIG_LAB }"] },
    "REEVE_KUBECONFIG_LAB is not set",
    CORRECT,
  ],
])("not read, %s", async (_name, trouble, says, next) => {
  const { code, out, err } = await planWith(trouble);
  const start = "desired-state/cluster.yaml:2:1: held: lab cannot be read, so nothing in it is planned: ";
  const [line = "", hint = ""] = out.slice(Math.max(0, out.indexOf(start))).split("\n");
  expect([line.slice(0, start.length), line.slice(start.length), hint.trim()]).toEqual([
    start,
    expect.stringContaining(says),
    next,
  ]);
  expect([code, err, out.includes("hunter2"), out.includes("reeve-sandbox-admin")]).toEqual([1, "", false, false]);
});

const INSTALL =
  "install what brings this kind to the cluster (Istio, the Gateway API, SPIRE), or turn it off in the WorkstationCluster";

test.each<readonly [name: string, trouble: Trouble, change: string, says: string, next: string]>([
  [
    "without Istio",
    { cluster: { without: ["security.istio.io"] } },
    "WorkstationCluster/lab",
    "lab has no RequestAuthentication (security.istio.io/v1)",
    INSTALL,
  ],
  [
    "without Istio, in a namespace to be made",
    { cluster: { without: ["security.istio.io"] } },
    "WorkstationGrant/alice",
    "lab has no PeerAuthentication (security.istio.io/v1)",
    INSTALL,
  ],
  [
    "without the Gateway API",
    { cluster: { without: ["gateway.networking.k8s.io"] } },
    "WorkstationGrant/alice",
    "lab has no HTTPRoute (gateway.networking.k8s.io/v1)",
    INSTALL,
  ],
  [
    "without SPIRE",
    { cluster: { without: ["spire.spiffe.io"] } },
    "WorkstationCluster/lab",
    "lab has no ClusterSPIFFEID (spire.spiffe.io/v1alpha1)",
    INSTALL,
  ],
  [
    "may only read",
    { edits: [CONTEXT, "context: viewer"] },
    "WorkstationGrant/alice",
    'User "reeve-viewer" cannot patch resource "namespaces"',
    "let a ClusterRole of Reeve's user have this rule, then plan again",
  ],
  [
    "a quota that is full",
    { quota: { configmaps: "0" } },
    "WorkstationCluster/lab",
    "exceeded quota: theirs, requested: configmaps=1",
    "ask who administers the cluster",
  ],
])("held, %s", async (_name, trouble, change, says, next) => {
  const { code, out } = await planWith(trouble);
  const lines = out.split("\n");
  const at = lines.findIndex((line) => line.startsWith(`  + ${change} `));
  expect(lines[at]).toMatch(/ {2}desired-state\/\w+\.yaml:2:1$/);
  expect([lines[at + 1], lines[at + 2]]).toEqual([expect.stringMatching(/^ {6}held: /), expect.stringContaining(next)]);
  expect(lines[at + 1]).toContain(says);
  expect([code, out.includes("Next: reeve apply")]).toEqual([1, out.includes("\nChanges\n")]);
});
