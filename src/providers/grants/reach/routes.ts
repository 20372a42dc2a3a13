import type { KubeObject } from "../kube-object.ts";
import { fields, items, text, texts, wholeNumber } from "./fields.ts";
import { matchesLabels, readSelector, type Selector } from "./labels.ts";
import { namespaceLabels } from "./namespaces.ts";
import type { World } from "./world.ts";

interface Parent {
  readonly namespace: string;
  readonly name: string;
  readonly section?: string;
}

export interface Backend {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** One match of one rule of a route, which is what requests are held against. */
export interface RouteMatch {
  readonly title: string;
  readonly namespace: string;
  readonly rule: number;
  readonly parents: readonly Parent[];
  readonly host: string;
  readonly type: string;
  readonly path: string;
  /** Also asks for a method, headers or a query, which the caller chooses. */
  readonly picky: boolean;
  /** Absent: not on the server yet, and so the youngest. */
  readonly created?: string;
  readonly backends: readonly Backend[];
}

export function readRoute(object: KubeObject): readonly RouteMatch[] {
  const spec = fields(object.spec);
  const namespace = object.metadata.namespace ?? "default";
  const parents = items(spec.parentRefs).map((ref) => readParent(ref, namespace));
  const hosts = texts(spec.hostnames);
  const created = text(object.metadata.creationTimestamp);
  return items(spec.rules).flatMap((rule, index) => {
    const base = {
      title: `HTTPRoute ${namespace}/${object.metadata.name}`,
      namespace,
      rule: index + 1,
      parents,
      backends: items(fields(rule).backendRefs).flatMap((ref) => readBackend(ref, namespace)),
      ...(created === undefined ? {} : { created }),
    };
    const matches = items(fields(rule).matches);
    return (hosts.length === 0 ? [""] : hosts).flatMap((host) =>
      (matches.length === 0 ? [{}] : matches).map((match) => ({
        ...base,
        host: host.toLowerCase(),
        ...readMatch(match),
      })),
    );
  });
}

function readMatch(value: unknown): Pick<RouteMatch, "type" | "path" | "picky"> {
  const { path, method, headers, queryParams } = fields(value);
  const raw = text(fields(path).value) ?? "/";
  const type = text(fields(path).type) ?? "PathPrefix";
  return {
    type,
    path: type === "PathPrefix" && raw.length > 1 && raw.endsWith("/") ? raw.slice(0, -1) : raw,
    picky: method !== undefined || items(headers).length + items(queryParams).length > 0,
  };
}

function readParent(value: unknown, home: string): Parent {
  const { namespace, name, sectionName } = fields(value);
  const section = text(sectionName);
  return {
    namespace: text(namespace) ?? home,
    name: text(name) ?? "",
    ...(section === undefined ? {} : { section }),
  };
}

function readBackend(value: unknown, home: string): readonly Backend[] {
  const { kind, namespace, name, port, weight } = fields(value);
  if ((text(kind) ?? "Service") !== "Service" || weight === 0) return [];
  return [{ namespace: text(namespace) ?? home, name: text(name) ?? "", port: wholeNumber(port) ?? 0 }];
}

export interface Gateway {
  readonly namespace: string;
  readonly name: string;
  readonly listeners: readonly Listener[];
}

interface Listener {
  readonly name: string;
  /** Lower case; empty for every host. */
  readonly host: string;
  readonly from: string;
  readonly selector: Selector;
}

export function readGateway(object: KubeObject): Gateway {
  return {
    namespace: object.metadata.namespace ?? "default",
    name: object.metadata.name,
    listeners: items(fields(object.spec).listeners).map((listener) => {
      const { name, hostname, allowedRoutes } = fields(listener);
      const { from, selector } = fields(fields(allowedRoutes).namespaces);
      const host = (text(hostname) ?? "").toLowerCase();
      return { name: text(name) ?? "", host, from: text(from) ?? "Same", selector: readSelector(selector) };
    }),
  };
}

/** Routes by where they are asked and by where they lead, so that one request does not look at every person's route. */
export interface RouteIndex {
  readonly byAddress: ReadonlyMap<string, readonly RouteMatch[]>;
  /** By the namespace of the backends. */
  readonly byBackend: ReadonlyMap<string, readonly RouteMatch[]>;
  /** By host and every path above theirs. */
  readonly below: ReadonlyMap<string, readonly RouteMatch[]>;
}

const REGEX = "\n";

export function indexRoutes(routes: readonly (readonly RouteMatch[])[]): RouteIndex {
  const matches = routes.flat().toSorted(byAge);
  return {
    byAddress: groupByKeys(matches, ({ host, type, path }) => [`${host} ${isRegex(type) ? REGEX : path}`]),
    byBackend: groupByKeys(matches, ({ backends }) => backends.map(({ namespace }) => namespace)),
    below: groupByKeys(matches, ({ host, path }) =>
      prefixes(path)
        .slice(1)
        .map((above) => `${host} ${above}`),
    ),
  };
}

function groupByKeys(
  matches: readonly RouteMatch[],
  keysOf: (match: RouteMatch) => readonly string[],
): ReadonlyMap<string, readonly RouteMatch[]> {
  const groups = new Map<string, RouteMatch[]>();
  for (const match of matches) {
    for (const key of new Set(keysOf(match))) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [match]);
      else group.push(match);
    }
  }
  return groups;
}

/** Every match that may take a request for a path or for anything below it. */
export function routesNear(world: World, { host, path }: { host: string; path: string }): readonly RouteMatch[] {
  const below = hostKeys(host.toLowerCase())
    .flatMap((key) => world.routes.below.get(`${key} ${path}`) ?? [])
    .filter((match) => isAttached(world, match, host));
  return [...new Set([...winners(world, { host, path }), ...winners(world, { host, path: `${path}/` }), ...below])];
}

/**
 * The matches that may win a request, the likeliest first: the closest host, an exact path before the longest prefix (whole
 * segments), then the oldest. Ties are all told, since what breaks them across namespaces is not settled; so is what a
 * caller's choice of method or headers, or a regular expression, decides.
 */
export function winners(world: World, request: { host: string; path: string }): readonly RouteMatch[] {
  const found = hostKeys(request.host.toLowerCase()).flatMap((host) =>
    pathKeys(request.path).flatMap((path) => world.routes.byAddress.get(`${host} ${path}`) ?? []),
  );
  const candidates = found.filter((match) => isHit(match, request.path) && isAttached(world, match, request.host));
  const best = candidates.find(({ picky, type }) => !picky && !isRegex(type));
  if (best === undefined) return candidates;
  const ahead = candidates.slice(0, candidates.indexOf(best));
  const alike = candidates.filter(
    ({ host, path, type }) => (host === best.host && path === best.path && type === best.type) || isRegex(type),
  );
  return [...new Set([best, ...ahead, ...alike])];
}

function isRegex(type: string): boolean {
  return type !== "PathPrefix" && type !== "Exact";
}

function isHit(match: RouteMatch, path: string): boolean {
  return match.type !== "Exact" || match.path === path;
}

function byAge(a: RouteMatch, b: RouteMatch): number {
  const exact = Number(b.type === "Exact") - Number(a.type === "Exact");
  const age = (a.created ?? "9").localeCompare(b.created ?? "9");
  return exact || age || a.title.localeCompare(b.title) || a.rule - b.rule;
}

function hostKeys(host: string): readonly string[] {
  const parts = host.split(".");
  return [host, ...parts.slice(1).map((_, index) => `*.${parts.slice(index + 1).join(".")}`), ""];
}

function pathKeys(path: string): readonly string[] {
  return [...new Set([...prefixes(path), "/", REGEX])];
}

/** A path and all above it by whole segments, the longest first. */
function prefixes(path: string): readonly string[] {
  const parts = path.split("/").slice(1);
  return parts.map((_, index) => `/${parts.slice(0, parts.length - index).join("/")}`);
}

/** Whether the gateway takes a route of this namespace for a host; yes when the Gateway was not looked at. */
function isAttached(world: World, match: RouteMatch, host: string): boolean {
  const place = world.gateway;
  return match.parents
    .filter((parent) => parent.namespace === place.namespace && parent.name === place.name)
    .some((parent) => {
      const gateway = world.gateways.find(
        ({ namespace, name }) => namespace === place.namespace && name === place.name,
      );
      if (gateway === undefined) return true;
      const listeners = gateway.listeners
        .filter(({ name }) => parent.section === undefined || parent.section === name)
        .filter((listener) => listener.host === "" || hostKeys(host.toLowerCase()).includes(listener.host));
      return listeners.some(({ from, selector }) => {
        if (from === "Selector") return matchesLabels(selector, namespaceLabels(world, match.namespace)) !== "no";
        return from === "All" || match.namespace === gateway.namespace;
      });
    });
}

/** Dot segments and backslashes as Istio's proxies settle them by default; `%2F` and `%5C` stay as they are. */
export function normalizePath(raw: string): string {
  const [path = "/"] = raw.split(/[?#]/);
  const slashed = path.replaceAll("\\", "/").replaceAll(/%2e/gi, ".");
  const out: string[] = [];
  const parts = slashed.split("/").slice(1);
  for (const part of parts) {
    if (part === "..") out.pop();
    else if (part !== ".") out.push(part);
  }
  const last = parts.at(-1);
  return `/${out.join("/")}${(last === "." || last === "..") && out.length > 0 ? "/" : ""}`;
}
