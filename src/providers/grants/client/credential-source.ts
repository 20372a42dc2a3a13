/** Where a WorkstationCluster's credentials are, and where they may not be. */
import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, relative } from "node:path";
import type { Session } from "../../provider.ts";
import type { ClusterDocument } from "../topology.ts";
import { verdictOf } from "./classify.ts";
import type { CredentialSource } from "./kubeconfig.ts";
import { ClusterTrouble } from "./trouble.ts";

/** Set where Reeve works on stand-ins: all clusters are there, each by its name, whatever its document says. */
const STAND_INS = "REEVE_SANDBOX_CLUSTERS";

/** What every pod is given. */
const POD_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Throws a `ClusterTrouble` where there is none, or none that may be used. */
export function sourceOf(
  { name, spec }: ClusterDocument,
  { environment, root }: Pick<Session, "environment" | "root">,
): CredentialSource {
  const { kubeconfig, kubeconfigFrom } = spec;
  const standIns = environment[STAND_INS] ?? "";
  if (standIns !== "") return { from: "text", text: standIns.replaceAll("{cluster}", name), context: name };
  if (kubeconfig !== undefined) {
    const home = environment["HOME"] ?? homedir();
    const path = kubeconfig.path.startsWith("~/") ? join(home, kubeconfig.path.slice(2)) : kubeconfig.path;
    refuseOwnFile(path, root);
    return { from: "file", path, context: kubeconfig.context };
  }
  if (kubeconfigFrom === undefined) return podAccount(environment);
  const text = environment[kubeconfigFrom.env] ?? "";
  if (text === "") throw unconfigured(`${kubeconfigFrom.env} is not set`);
  return { from: "text", text, context: kubeconfigFrom.context };
}

/** A pod's own account, as its surroundings say. */
export function podAccount(environment: Session["environment"]): CredentialSource {
  const host = environment["KUBERNETES_SERVICE_HOST"] ?? "";
  if (host === "") throw unconfigured("Reeve runs in no pod: KUBERNETES_SERVICE_HOST is not set");
  const port = environment["KUBERNETES_SERVICE_PORT"] ?? "443";
  return { from: "cluster", folder: POD_ACCOUNT, server: `https://${host.includes(":") ? `[${host}]` : host}:${port}` };
}

/** Who can propose a change to the state repository could otherwise name programs that run here (law 8). Links are followed. */
function refuseOwnFile(path: string, root: string): void {
  const file = realPathOf(path);
  const inside = relative(repositoryOf(realPathOf(root)), file);
  if (inside.startsWith("..") || isAbsolute(inside)) return;
  const why = "it is in the state repository, whose files are data: a kubeconfig may name programs to run";
  throw unconfigured(why);
}

/** As far as it is there: the rest of the path has no links. */
function realPathOf(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const folder = dirname(path);
  return folder === path ? path : join(realPathOf(folder), relative(folder, path));
}

/** The state directory may be deep in it. */
function repositoryOf(root: string): string {
  for (let folder = root; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
  }
  return root;
}

function unconfigured(why: string): ClusterTrouble {
  return new ClusterTrouble("kubeconfig", verdictOf("unconfigured", why));
}
