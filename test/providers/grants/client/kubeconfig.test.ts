import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { openClusterReader } from "../../../../src/providers/grants/client/open-cluster.ts";
import { ADMIN_TOKEN } from "../../../../src/sandbox/kubernetes/cluster.ts";
import { type Lab, openLab } from "./lab.ts";

interface Kubeconfig {
  readonly users: { user: unknown }[];
  readonly clusters: { cluster: Record<string, unknown> }[];
}

let lab: Lab;
const folders: string[] = [];

afterEach(async () => {
  await lab.sandbox.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "reeve-kubeconfig-"));
  folders.push(folder);
  return folder;
}

/** Gives the admin's token only where it is told which server it is for. */
const PLUGIN = `
require("node:fs").appendFileSync(process.env.RUNS, "run;");
const { spec } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
const token = /^https:/.test(spec.cluster.server) ? ${JSON.stringify(ADMIN_TOKEN)} : "nobody";
console.log(JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status: { token } }));
`;

function edit(own: string, change: (config: Kubeconfig) => void): string {
  const config = parse(own) as Kubeconfig;
  change(config);
  return stringify(config);
}

test("a credential plug-in is told which server it signs for, and asked once", async () => {
  const runs = join(newFolder(), "runs");
  const exec = {
    env: [{ name: "RUNS", value: runs }],
    apiVersion: "client.authentication.k8s.io/v1",
    command: process.execPath,
    args: ["-e", PLUGIN],
    interactiveMode: "Never",
  };
  lab = await openLab({
    kubeconfig: (own) =>
      edit(own, ({ users }) => {
        for (const one of users) one.user = { exec };
      }),
  });
  const kind = { apiVersion: "v1", kind: "Namespace", plural: "namespaces", isNamespaced: false, isListable: true };
  const lists = await Promise.all([1, 2, 3].map(() => lab.reader.list(kind)));
  expect(lists.map((list) => list.length)).toEqual([3, 3, 3]);
  expect(readFileSync(runs, "utf8")).toBe("run;");
  expect(lab.sandbox.log.requests.map(({ user }) => user)).not.toContain("system:anonymous");
});

test("a file below the home directory, with its certificate in a file beside it, and another context than its own", async () => {
  lab = await openLab();
  const home = newFolder();
  writeFileSync(join(home, "ca.pem"), lab.sandbox.authority);
  const config = edit(lab.sandbox.kubeconfig, ({ clusters }) => {
    for (const { cluster } of clusters) {
      delete cluster["certificate-authority-data"];
      cluster["certificate-authority"] = "ca.pem";
    }
  });
  writeFileSync(join(home, "config"), config);
  const { kubeconfigFrom: _environment, ...spec } = lab.cluster.spec;
  const kubeconfig = { path: "~/config", context: "viewer" };
  const session = { ...lab.session, environment: { HOME: home } };
  const reader = openClusterReader(session, { ...lab.cluster, spec: { ...spec, kubeconfig } });
  expect((await reader.kinds([])).has("v1 Namespace")).toBe(true);
  expect(lab.sandbox.log.requests.map(({ user }) => user)).toEqual(["reeve-viewer", "reeve-viewer"]);
});
