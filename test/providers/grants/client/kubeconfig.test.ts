import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { openConnection } from "../../../../src/providers/grants/client/connection.ts";
import { sourceOf } from "../../../../src/providers/grants/client/credential-source.ts";
import { loadCredentials } from "../../../../src/providers/grants/client/kubeconfig.ts";
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

interface Changed {
  readonly name: string;
  /** Of the stand-in's own, given a folder of the test's. */
  readonly change: (config: Kubeconfig, folder: string) => void;
  readonly says: RegExp | null;
}

test.each<Changed>([
  {
    name: "a token in a file, with its line break",
    change: ({ users }, folder) => {
      writeFileSync(join(folder, "token"), `${ADMIN_TOKEN}\n`);
      for (const one of users) one.user = { tokenFile: join(folder, "token") };
    },
    says: null,
  },
  {
    name: "a server that is known by another name",
    change: ({ clusters }) => {
      for (const { cluster } of clusters) cluster["tls-server-name"] = "localhost";
    },
    says: null,
  },
  {
    name: "a server that cannot prove that name",
    change: ({ clusters }) => {
      for (const { cluster } of clusters) cluster["tls-server-name"] = "other.example.com";
    },
    says: /other\.example\.com/,
  },
  {
    name: "a plug-in that fails says why in its own words",
    change: ({ users }) => {
      const args = ["-e", "console.error('sign in first'); process.exit(1)"];
      const exec = {
        apiVersion: "client.authentication.k8s.io/v1",
        command: process.execPath,
        args,
        interactiveMode: "Never",
      };
      for (const one of users) one.user = { exec };
    },
    says: /sign in first/,
  },
])("$name", async ({ change, says }) => {
  const folder = newFolder();
  lab = await openLab({ kubeconfig: (own) => edit(own, (config) => change(config, folder)) });
  const asked = lab.reader.kinds([]).then(
    () => null,
    (error: unknown) => String(error),
  );
  if (says === null) expect(await asked).toBeNull();
  else expect(await asked).toMatch(says);
});

test("a token that is no longer taken is asked for anew, once", async () => {
  const runs = join(newFolder(), "runs");
  const env = [{ name: "RUNS", value: runs }];
  const exec = { env, apiVersion: "client.authentication.k8s.io/v1", command: process.execPath, args: ["-e", PLUGIN] };
  lab = await openLab({
    kubeconfig: (own) =>
      edit(own, ({ users }) => {
        for (const one of users) one.user = { exec: { ...exec, interactiveMode: "Never" } };
      }),
  });
  lab.sandbox.inject({ operation: "*", kind: "unauthorized" });
  expect((await lab.reader.kinds([])).has("v1 Namespace")).toBe(true);
  expect(readFileSync(runs, "utf8")).toBe("run;run;");
  lab.sandbox.inject({ operation: "*", kind: "unauthorized", times: 2 });
  await expect(lab.reader.kinds([])).rejects.toThrow("Unauthorized");
});

test("a plug-in that waits for somebody does not hold the run", async () => {
  const args = ["-e", "setTimeout(() => undefined, 20_000)"];
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: process.execPath,
    args,
    interactiveMode: "Never",
  };
  lab = await openLab({
    edits: ["# end of cluster", "  limits: { timeout: 1s, retries: 0 }\n# end of cluster"],
    kubeconfig: (own) =>
      edit(own, ({ users }) => {
        for (const one of users) one.user = { exec };
      }),
  });
  await expect(lab.reader.kinds([])).rejects.toThrow(/timeout/);
});

test("a certificate of one's own goes with every request", async () => {
  const text = (word: string): string => Buffer.from(word).toString("base64");
  lab = await openLab();
  const config = edit(lab.sandbox.kubeconfig, ({ users }) => {
    for (const one of users) one.user = { "client-certificate-data": text("cert"), "client-key-data": text("key") };
  });
  const { cert, key } = await loadCredentials({ from: "text", text: config, context: undefined }).sign();
  expect({ cert, key }).toEqual({ cert: Buffer.from("cert"), key: Buffer.from("key") });
});

test("a pod's own account: its authority, and a token that is read from its file", async () => {
  lab = await openLab();
  const folder = newFolder();
  writeFileSync(join(folder, "ca.crt"), lab.sandbox.authority);
  writeFileSync(join(folder, "token"), `${ADMIN_TOKEN}\n`);
  const load = async () => loadCredentials({ from: "cluster", folder, server: lab.sandbox.endpoint });
  const connection = openConnection({ load, clock: lab.session.clock, timeoutMs: 5000 });
  const answer = await connection.ask({ method: "GET", path: "/api/v1/namespaces" }, lab.session.signal);
  expect(answer.status).toBe(200);
});

describe("where credentials may be", () => {
  const spec = { kubeconfig: { path: "~/.kube/config" } };

  async function sourceIn(change: object, environment: Record<string, string>, root: string): Promise<unknown> {
    lab = await openLab();
    const { kubeconfig: _file, kubeconfigFrom: _variable, ...rest } = lab.cluster.spec;
    const document = { ...lab.cluster, spec: { ...rest, ...change } };
    try {
      return sourceOf(document, { environment, root });
    } catch (error) {
      return error instanceof Error ? error.message : error;
    }
  }

  const REFUSED =
    "kubeconfig: it is in the state repository, whose files are data: a kubeconfig may name programs to run";

  test("a home directory", async () => {
    const home = newFolder();
    const path = join(home, ".kube/config");
    expect(await sourceIn(spec, { HOME: home }, newFolder())).toEqual({ from: "file", path, context: undefined });
  });

  test("not the state repository, whether by its path, from below its root, or by a link", async () => {
    const repository = newFolder();
    mkdirSync(join(repository, ".git"));
    mkdirSync(join(repository, "deep/desired-state"), { recursive: true });
    writeFileSync(join(repository, "kubeconfig"), "");
    const elsewhere = newFolder();
    symlinkSync(join(repository, "kubeconfig"), join(elsewhere, "link"));
    symlinkSync(repository, join(elsewhere, "home"));
    const root = join(repository, "deep");
    const refused = [
      await sourceIn({ kubeconfig: { path: join(repository, "kubeconfig") } }, {}, root),
      await sourceIn({ kubeconfig: { path: join(repository, "not-yet-there") } }, {}, root),
      await sourceIn({ kubeconfig: { path: join(elsewhere, "link") } }, {}, root),
      await sourceIn(spec, { HOME: join(elsewhere, "home") }, root),
    ];
    expect(refused).toEqual([REFUSED, REFUSED, REFUSED, REFUSED]);
  });

  test("a pod, by its own variables", async () => {
    const folder = "/var/run/secrets/kubernetes.io/serviceaccount";
    const variables = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "6443" };
    expect(await sourceIn({ inCluster: true }, variables, "/nowhere")).toEqual({
      from: "cluster",
      folder,
      server: "https://[fd00::1]:6443",
    });
    await lab.sandbox.close();
    expect(await sourceIn({ inCluster: true }, {}, "/nowhere")).toMatch(/runs in no pod/);
  });
});
