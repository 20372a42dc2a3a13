import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { startKubernetesSandbox } from "../../../src/sandbox/kubernetes/start-kubernetes-sandbox.ts";
import { ask } from "./ask.ts";
import { readGolden } from "./goldens.ts";

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

function bundle(): readonly Manifest[] {
  return ["shared", "alice"].flatMap((name) => {
    const text = readFileSync(new URL(`../../fixtures/grants/${name}.yaml`, import.meta.url), "utf8");
    return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
  });
}

/** The bundle's object that a path names. */
function manifestAt(path: string, manifests: readonly Manifest[]): Manifest | undefined {
  const parts = new URL(path, "https://localhost").pathname.split("/");
  const name = parts.at(-1);
  const singular = (parts.at(-2) ?? "").replace(/ies$/, "y").replace(/s$/, "");
  const namespace =
    parts.includes("namespaces") && parts.length > 6 ? parts[parts.indexOf("namespaces") + 1] : undefined;
  return manifests.find(
    ({ kind, metadata }) =>
      kind.toLowerCase() === singular &&
      metadata.name === name &&
      (namespace === undefined || metadata.namespace === namespace),
  );
}

test("every request that kubectl was seen to make is answered with the status it got", async () => {
  const sandbox = await startKubernetesSandbox();
  const infra = { apiVersion: "v1", kind: "Namespace", metadata: { name: "project-x-infra" } };
  await ask(sandbox, { method: "POST", path: "/api/v1/namespaces", body: infra });
  const manifests = bundle();
  const statuses: [string, number][] = [];
  for (const { case: name, request } of readGolden("kubectl-requests").cases) {
    const body = request.method === "PATCH" ? manifestAt(request.path, manifests) : undefined;
    const { status } = await ask(sandbox, { ...request, ...(body === undefined ? {} : { body }) });
    statuses.push([name, status]);
  }
  await sandbox.close();
  expect(statuses).toEqual(readGolden("kubectl-requests").cases.map((one) => [one.case, one.response.status]));
});
