import type { IncomingMessage } from "node:http";
import { selfSignedCertificate } from "../../src/sandbox/kubernetes/certificate.ts";
import { kubeconfigFor } from "../../src/sandbox/kubernetes/kubeconfig.ts";
import type { KubernetesSandbox } from "../../src/sandbox/kubernetes/start-kubernetes-sandbox.ts";
import type { Watch } from "./watch.ts";
import { openTap } from "./wire-tap.ts";

/** A watch on the wire to a cluster's stand-in. `variable` holds the kubeconfig that leads Reeve there. */
export function tapCluster(
  { endpoint, authority }: KubernetesSandbox,
  tokens: Readonly<Record<string, string>>,
  variable: string,
): Promise<Watch> {
  const secure = { ...selfSignedCertificate(new Date()), authority };
  return openTap({
    endpoint,
    secure,
    operationOf,
    onRequest: () => undefined,
    environment: (url) => ({
      [variable]: kubeconfigFor({ endpoint: url, authority: secure.certificate, tokens }),
    }),
  });
}

/** `apply networkpolicies`, `predict …` for what is only asked, `get /apis` for what is no object. */
function operationOf({ method, url = "/", headers }: IncomingMessage): string {
  const { pathname, searchParams } = new URL(url, "https://cluster");
  const [, plural, name] =
    /^\/apis?\/(?:[^/]+\.[^/]+\/|apps\/)?v[^/]+\/(?:namespaces\/[^/]+\/(?=.))?([^/]+)(\/.+)?$/.exec(pathname) ?? [];
  if (plural === undefined) return `get ${pathname}`;
  if (method === "GET") return `${name === undefined ? "list" : "get"} ${plural}`;
  if (method === "DELETE") return `delete ${plural}`;
  if (searchParams.has("dryRun")) return `predict ${plural}`;
  return `${headers["content-type"]?.includes("apply-patch") === true ? "apply" : "patch"} ${plural}`;
}
