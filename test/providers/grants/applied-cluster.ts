import type { KubeObject } from "../../../src/providers/grants/kube-object.ts";
import { describeObject, objectKey } from "../../../src/providers/grants/live.ts";
import type { JsonObject } from "../../../src/sandbox/kubernetes/schema.ts";
import { placeObject } from "../../../src/sandbox/kubernetes/world.ts";
import { APPLY, directly } from "../../sandbox/kubernetes/direct.ts";
import { renderChanged } from "./declared.ts";
import { DURING } from "./small-cluster.ts";

const EVERYTHING = [
  "# end of cluster",
  `  rateLimit: { requests: 100, per: 1m }
  labelGuard: { writers: ["system:serviceaccount:ci:reeve"] }
  sessionCheck: { provider: sessions, namespace: project-x-infra, pods: { app: sessions }, port: 9000 }
# end of cluster`,
];

/** Everything that Reeve may render for the small cluster. */
export const RENDERED: readonly KubeObject[] = renderChanged(EVERYTHING, DURING).map(({ object }) => object);

export function findRendered(what: string): KubeObject {
  const found = RENDERED.find((object) => describeObject(object) === what);
  if (found === undefined) throw new Error(`nothing rendered is ${what}`);
  return found;
}

export const JSON_PATCH = "application/json-patch+json";

const PLURALS: Readonly<Record<string, string>> = {
  NetworkPolicy: "networkpolicies",
  PeerAuthentication: "peerauthentications",
  RequestAuthentication: "requestauthentications",
  AuthorizationPolicy: "authorizationpolicies",
  ValidatingAdmissionPolicy: "validatingadmissionpolicies",
};

/** The stand-in without its wire, holding what Reeve rendered. */
export interface AppliedCluster {
  pathOf(object: KubeObject): string;
  live(object: KubeObject): KubeObject;
  /** What Reeve would be answered by a dry run; null for a refusal. */
  predict(object: KubeObject, isForced?: boolean): KubeObject | null;
  /** A request for the object, by `manager`. */
  write(object: KubeObject, write: Write): { readonly status: number; readonly body: JsonObject };
  /** Puts the object back as it was right after Reeve applied it. */
  reset(object: KubeObject): void;
}

export interface Write {
  readonly by: string;
  readonly method: "PUT" | "PATCH";
  readonly body: unknown;
  readonly type?: string;
  readonly isForced?: boolean;
}

export function applyAll(objects: readonly KubeObject[]): AppliedCluster {
  const { send, world } = directly(true);
  for (const name of ["project-x-infra", "istio-system"])
    send("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const applyQuery = (isForced: boolean): string => `fieldManager=reeve&fieldValidation=Strict&force=${isForced}`;
  for (const object of objects) {
    const answer = send("PATCH", `${pathOf(object)}?${applyQuery(true)}`, object, APPLY);
    if (answer.status >= 400) throw new Error(JSON.stringify(answer.body));
  }
  const live = (object: KubeObject): KubeObject => send("GET", pathOf(object)).body as unknown as KubeObject;
  const pristine = new Map(objects.map((object) => [objectKey(object), stored(object)]));
  function stored(object: KubeObject): { readonly key: string; readonly object: JsonObject } {
    const id = `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
    for (const [key, all] of world.objects) {
      const found = all.get(id);
      if (found?.["kind"] === object.kind || (found !== undefined && key.startsWith(pluralOf(object))))
        return { key, object: found };
    }
    throw new Error(`${object.kind} ${id} is not kept`);
  }
  return {
    pathOf,
    live,
    predict: (object, isForced = true) => {
      const { status, body } = send("PATCH", `${pathOf(object)}?dryRun=All&${applyQuery(isForced)}`, object, APPLY);
      return status < 400 ? (body as unknown as KubeObject) : null;
    },
    write: (object, { by, method, body, type = "application/json", isForced }) => {
      const force = isForced === undefined ? "" : `&force=${isForced}`;
      return send(method, `${pathOf(object)}?fieldManager=${by}${force}`, body, type);
    },
    reset: (object) => {
      const before = pristine.get(objectKey(object));
      if (before !== undefined) placeObject(world, before.key, before.object);
    },
  };
}

function pathOf({ apiVersion, kind, metadata }: KubeObject): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
  return `${root}${scope}/${pluralOf({ kind })}/${metadata.name}`;
}

function pluralOf({ kind }: Pick<KubeObject, "kind">): string {
  return PLURALS[kind] ?? `${kind.toLowerCase()}s`;
}
