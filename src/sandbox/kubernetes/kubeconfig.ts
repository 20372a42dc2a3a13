import { Buffer } from "node:buffer";
import { stringify } from "yaml";

export interface Credentials {
  readonly endpoint: string;
  /** PEM. */
  readonly authority: string;
  /** Token by the name of its context; the first is the current one. */
  readonly tokens: Readonly<Record<string, string>>;
}

/** A kubeconfig with a context for each user. */
export function kubeconfigFor({ endpoint, authority, tokens }: Credentials): string {
  const names = Object.keys(tokens);
  const data = Buffer.from(authority).toString("base64");
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": names[0] ?? "",
    clusters: [{ name: "sandbox", cluster: { server: endpoint, "certificate-authority-data": data } }],
    users: names.map((name) => ({ name, user: { token: tokens[name] } })),
    contexts: names.map((name) => ({ name, context: { cluster: "sandbox", user: name } })),
  });
}

/** A kubeconfig for clusters below one server: contexts `NAME`, the first one current, and `NAME-viewer`. */
export function clusterKubeconfigs({ endpoint, authority, tokens }: Credentials, names: readonly string[]): string {
  const data = Buffer.from(authority).toString("base64");
  const users = Object.keys(tokens);
  const [first = ""] = users;
  const contextOf = (name: string, user: string): string => (user === first ? name : `${name}-${user}`);
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": names[0] ?? "",
    clusters: names.map((name) => ({
      name,
      cluster: { server: `${endpoint}/clusters/${name}`, "certificate-authority-data": data },
    })),
    users: users.map((user) => ({ name: user, user: { token: tokens[user] } })),
    contexts: names.flatMap((name) =>
      users.map((user) => ({ name: contextOf(name, user), context: { cluster: name, user } })),
    ),
  });
}
