/**
 * The kubeconfig and its credential plug-ins. The library behind it is large: import this file lazily. Only its config
 * class is used, never its clients, which drop fields that they do not know.
 */

import { readFileSync } from "node:fs";
import type { OutgoingHttpHeaders } from "node:http";
import type { RequestOptions } from "node:https";
import { dirname, join, resolve } from "node:path";
import { type Cluster, KubeConfig, type User } from "@kubernetes/client-node";
import { parse } from "yaml";
import { isRecord, recordAt, recordsAt, textAt } from "../render/json-walk.ts";
import { verdictOf } from "./classify.ts";
import { ClusterTrouble } from "./trouble.ts";

/** Where credentials are. */
export type CredentialSource =
  | { readonly from: "file"; readonly path: string; readonly context: string | undefined }
  | { readonly from: "text"; readonly text: string; readonly context: string | undefined }
  /** What a pod is given: a token that is renewed in its file, and the authority beside it. */
  | { readonly from: "cluster"; readonly folder: string; readonly server: string };

/** Certificates and headers of one request. */
export interface Signature extends RequestOptions {
  readonly headers: OutgoingHttpHeaders;
}

/** How requests to one cluster are addressed and signed. */
export interface Credentials {
  /** Its path is a prefix of every request's. */
  readonly server: URL;
  /** Plug-ins run where what they gave has expired. */
  sign(): Promise<Signature>;
}

/** Throws a `ClusterTrouble` for what a kubeconfig may not say, or does not. */
export function loadCredentials(source: CredentialSource): Credentials {
  const config = loadConfig(source);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (cluster === null || user === null)
    throw unconfigured(`there is no usable context "${config.getCurrentContext()}" in it`);
  const server = serverOf(cluster);
  tellPlugin(user, cluster);
  let signing: Promise<Signature> | null = null;
  return {
    server,
    // Calls that begin together run a plug-in once.
    sign: () => {
      signing ??= signWith(config).finally(() => {
        signing = null;
      });
      return signing;
    },
  };
}

function loadPodAccount(config: KubeConfig, { folder, server }: Extract<CredentialSource, { from: "cluster" }>): void {
  const name = "pod";
  const token = tokenIn(join(folder, "token"));
  config.loadFromOptions({
    clusters: [{ name, server, caFile: join(folder, "ca.crt"), skipTLSVerify: false }],
    users: [{ name, ...token }],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  });
}

function tokenIn(tokenFile: string): Pick<User, "authProvider"> {
  return { authProvider: { name: "tokenFile", config: { tokenFile } } };
}

/** The library knows a file with a token in a pod alone. */
function readTokenFiles(config: KubeConfig, source: CredentialSource): void {
  if (source.from === "cluster") return;
  const text = source.from === "file" ? readFileSync(source.path, "utf8") : source.text;
  const folder = source.from === "file" ? dirname(source.path) : "/";
  const parsed: unknown = parse(text);
  const entries = isRecord(parsed) ? recordsAt(parsed, "users") : [];
  const files = new Map(entries.map((entry) => [textAt(entry, "name"), textAt(recordAt(entry, "user"), "tokenFile")]));
  config.users = config.users.map((user) => {
    const file = files.get(user.name) ?? "";
    return file === "" ? user : { ...user, ...tokenIn(resolve(folder, file)) };
  });
}

async function signWith(config: KubeConfig): Promise<Signature> {
  const options: Signature = { headers: {} };
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw unconfigured(messageOf(error), error);
  }
  const { agent: _ofTheLibrary, headers, ...signed } = options;
  // Files with tokens may end in a line break, which no header may have.
  const trimmed = Object.entries(headers).map(([name, value]) => [
    name,
    typeof value === "string" ? value.trim() : value,
  ]);
  return { ...signed, headers: Object.fromEntries(trimmed) as OutgoingHttpHeaders };
}

function loadConfig(source: CredentialSource): KubeConfig {
  const config = new KubeConfig();
  try {
    if (source.from === "cluster") loadPodAccount(config, source);
    else if (source.from === "file") config.loadFromFile(source.path);
    else config.loadFromString(source.text);
    readTokenFiles(config, source);
  } catch (error) {
    // A parser's message may quote what it read, credentials included.
    throw unconfigured(whyUnread(error), error);
  }
  if (source.from !== "cluster" && source.context !== undefined) config.setCurrentContext(source.context);
  return config;
}

const UNREAD: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "it may not be read",
  EISDIR: "it is a folder",
};

function whyUnread(error: unknown): string {
  if (!(error instanceof Error && "code" in error)) return "it cannot be read as a kubeconfig";
  return UNREAD[String(error.code)] ?? error.message;
}

function serverOf({ server, skipTLSVerify, proxyUrl }: Cluster): URL {
  if (skipTLSVerify) throw unconfigured("it says insecure-skip-tls-verify: anybody could answer for the cluster");
  if (proxyUrl !== undefined) throw unconfigured("it says proxy-url, which Reeve does not support");
  const url = URL.parse(server);
  if (url === null || url.protocol !== "https:") throw unconfigured(`its server ${server} is no https address`);
  return url;
}

/** Plug-ins that need to know what they sign for read it here; the library does not tell them. */
function tellPlugin({ exec }: User, { server, caData }: Cluster): void {
  const plugin = exec as { apiVersion?: string; env?: { name: string; value: string }[] | null } | null | undefined;
  if (plugin === null || plugin === undefined) return;
  const cluster = { server, ...(caData === undefined ? {} : { "certificate-authority-data": caData }) };
  const value = JSON.stringify({
    apiVersion: plugin.apiVersion,
    kind: "ExecCredential",
    spec: { cluster, interactive: false },
  });
  plugin.env = [...(plugin.env ?? []), { name: "KUBERNETES_EXEC_INFO", value }];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function unconfigured(why: string, cause?: unknown): ClusterTrouble {
  return new ClusterTrouble("kubeconfig", verdictOf("unconfigured", why), { cause });
}
