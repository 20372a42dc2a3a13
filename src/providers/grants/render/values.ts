/** What templates may name: docs/grants.md lists it. Pure. */
import type { WorkstationClusterSpec, WorkstationSession } from "../../../generated/documents.ts";
import { digestOf } from "../../../support/digest.ts";
import { durationSeconds } from "../../../support/duration.ts";
import type { Json } from "../../../support/json.ts";
import type { Desktop, GrantFacts } from "../topology.ts";
import { egressRules } from "./egress.ts";
import { OMITTED, type Values } from "./fill.ts";

/** Where a person finds the desktop. */
export interface DesktopAddress {
  readonly host: string;
  readonly path: string;
}

/** Values of objects that are there once for the cluster. */
export function clusterValues(spec: WorkstationClusterSpec, estate: string): Values {
  const { gateway, token, mesh, address } = spec;
  const isOwnHost = address.domain !== undefined;
  return {
    estate,
    gateway: {
      namespace: gateway.namespace,
      name: gateway.name,
      listener: gateway.listener,
      pods: gateway.pods,
      serviceAccount: gateway.serviceAccount,
      principal: `${mesh.trustDomain}/ns/${gateway.namespace}/sa/${gateway.serviceAccount}`,
      host: isOwnHost ? `*.${address.domain}` : (address.path?.host ?? ""),
      paths: isOwnHost ? OMITTED : [`${address.path?.prefix ?? ""}/*`],
    },
    token: {
      issuer: token.issuer,
      audiences: token.audiences,
      jwksUri: token.jwksUri,
      cookies: token.cookie === undefined ? OMITTED : [token.cookie],
      anyone: `${token.issuer}/*`,
      scopeConditions: scopeConditions(spec),
    },
    mesh: {
      namespace: mesh.namespace,
      trustDomain: mesh.trustDomain,
      injection: mesh.revision === undefined ? "enabled" : OMITTED,
      revision: mesh.revision ?? OMITTED,
    },
    sessionCheck: { provider: spec.sessionCheck?.provider ?? "" },
    rateLimit: {
      requests: spec.rateLimit?.requests ?? 0,
      interval: `${durationSeconds(spec.rateLimit?.per ?? "1m")}s`,
    },
    labelGuard: { name: `reeve-labels-${estate}`, expression: guardExpression(spec.labelGuard?.writers ?? []) },
  };
}

/** Values of one desktop's objects; the cluster's are among them. */
export function desktopValues({ facts, state, home }: Desktop, estate: string): Values {
  const { grant, person, slug, namespace, cluster, tier } = facts;
  const shared = clusterValues(cluster.spec, estate);
  const session = sessionSettings(facts);
  return {
    ...shared,
    grant: grant.name,
    person: { id: person, slug },
    namespace,
    token: { ...(shared["token"] as Values), ...personToken(facts) },
    workload: {
      image: facts.image,
      cpu: facts.cpu,
      memory: facts.memory,
      port: tier.spec.port,
      portText: String(tier.spec.port),
      user: tier.spec.home.user,
      replicas: state === "active" ? 1 : 0,
      mounts: facts.home === null ? [] : [{ name: "home", mountPath: tier.spec.home.path }],
      volumes: facts.home === null ? [] : [{ name: "home", persistentVolumeClaim: { claimName: "home" } }],
      sessionHash: digestOf(session),
    },
    home: { size: `${home?.home?.sizeGib ?? 0}Gi`, storageClass: home?.home?.storageClass ?? OMITTED },
    quota: quotaOf(facts, home),
    session,
    egress: egressRules(facts),
    route: routeValues(facts),
  };
}

/** The person's address: a host of the desktop's own, or a path. */
export function addressOfDesktop({ cluster, slug }: GrantFacts): DesktopAddress {
  const { domain, path } = cluster.spec.address;
  if (domain !== undefined) return { host: `${slug}.${domain}`, path: "/" };
  return { host: path?.host ?? "", path: `${path?.prefix ?? ""}/${slug}` };
}

/** Istio's name of a caller by token is <issuer>/<sub>; another claim stands in a condition beside any sub. */
function personToken({ cluster, person }: GrantFacts): Values {
  const { issuer, personClaim } = cluster.spec.token;
  const isSubject = personClaim === "sub";
  const claim = { key: `request.auth.claims[${personClaim}]`, values: [person] };
  return {
    person: isSubject ? `${issuer}/${person}` : `${issuer}/*`,
    conditions: [...(isSubject ? [] : [claim]), ...scopeConditions(cluster.spec)],
  };
}

/** One condition a scope: values within one would be alternatives. */
function scopeConditions({ token }: WorkstationClusterSpec): readonly Json[] {
  return token.scopes.map((scope) => ({ key: "request.auth.claims[scope]", values: [scope] }));
}

/** No way around the gateway, one desktop, one volume; sums only where the tier names them, proxies included. */
function quotaOf({ tier, home: own }: GrantFacts, home: GrantFacts | null): Readonly<Record<string, string>> {
  const { quota } = tier.spec;
  const size = Math.max(own?.sizeGib ?? 0, home?.home?.sizeGib ?? 0);
  return {
    pods: "2",
    services: "1",
    "services.nodeports": "0",
    "services.loadbalancers": "0",
    persistentvolumeclaims: size === 0 ? "0" : "1",
    "requests.storage": `${size}Gi`,
    ...(quota === undefined ? {} : { "limits.cpu": quota.cpu, "limits.memory": quota.memory }),
  };
}

/** Environment variables of the desktop; rules that nobody set are left to its image. */
function sessionSettings(facts: GrantFacts): Readonly<Record<string, string>> {
  const { host, path } = addressOfDesktop(facts);
  const base = { WORKSTATION_PERSON: facts.person, WORKSTATION_URL: `https://${host}${path}` };
  return { ...base, ...sessionRules(facts.session) };
}

function sessionRules(session: WorkstationSession): Readonly<Record<string, string>> {
  const { idleTimeout, maxDuration, maxConcurrent, clipboard, fileTransfer, recording } = session;
  const rules = {
    SESSION_IDLE_TIMEOUT_SECONDS: idleTimeout === undefined ? undefined : durationSeconds(idleTimeout),
    SESSION_MAX_DURATION_SECONDS: maxDuration === undefined ? undefined : durationSeconds(maxDuration),
    SESSION_MAX_CONCURRENT: maxConcurrent,
    SESSION_CLIPBOARD: clipboard,
    SESSION_FILE_TRANSFER: fileTransfer,
    SESSION_RECORDING: recording,
  };
  return Object.fromEntries(
    Object.entries(rules).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

function routeValues(facts: GrantFacts): Values {
  const { gateway, address, responseHeaders } = facts.cluster.spec;
  const isApart = gateway.routes === "beside-gateway";
  const rewrite = {
    type: "URLRewrite",
    urlRewrite: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/" } },
  };
  const headers = {
    type: "ResponseHeaderModifier",
    responseHeaderModifier: { set: responseHeaders.map(({ name, value }) => ({ name, value })) },
  };
  return {
    ...addressOfDesktop(facts),
    name: isApart ? facts.namespace : "ws",
    namespace: isApart ? gateway.namespace : facts.namespace,
    backendNamespace: isApart ? facts.namespace : OMITTED,
    filters: [...(address.path === undefined ? [] : [rewrite]), ...(responseHeaders.length === 0 ? [] : [headers])],
  };
}

/** CEL: a writer may do anything; anybody else must leave every reeve.dev/ label as it was. */
function guardExpression(writers: readonly string[]): string {
  const names = writers.map((writer) => JSON.stringify(writer)).join(", ");
  const labels = "object.metadata.labels";
  const before = "oldObject.metadata.labels";
  return (
    `request.userInfo.username in [${names}] || !has(${labels}) || ` +
    `${labels}.all(name, !name.startsWith("reeve.dev/") || ` +
    `(oldObject != null && has(${before}) && name in ${before} && ${before}[name] == ${labels}[name]))`
  );
}
