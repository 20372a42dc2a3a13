import type { Json } from "../../support/json.ts";
import { isObject, type JsonObject, listIn, objectOf, textOf } from "./schema.ts";
import { metadataOf } from "./world.ts";

interface Column {
  readonly name: string;
  cell(object: JsonObject): string;
}

const spec = (object: JsonObject): JsonObject => objectOf(object.spec);

function selectorText({ podSelector }: JsonObject): string {
  const labels = Object.entries(objectOf(objectOf(podSelector).matchLabels)).map(
    ([key, value]) => `${key}=${textOf(value)}`,
  );
  return labels.length === 0 ? "<none>" : labels.join(",");
}

function portText(port: Json): string {
  const { port: number, protocol } = objectOf(port);
  return `${JSON.stringify(number)}/${textOf(protocol)}`;
}

const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  Namespace: [{ name: "Status", cell: ({ status }) => textOf(objectOf(status).phase) }],
  NetworkPolicy: [{ name: "Pod-Selector", cell: (object) => selectorText(spec(object)) }],
  Service: [
    { name: "Type", cell: (object) => textOf(spec(object).type) },
    { name: "Cluster-IP", cell: (object) => textOf(spec(object).clusterIP) || "<none>" },
    { name: "Port(s)", cell: (object) => listIn(spec(object).ports).map(portText).join(",") },
  ],
  ConfigMap: [{ name: "Data", cell: ({ data }) => String(Object.keys(objectOf(data)).length) }],
  AuthorizationPolicy: [{ name: "Action", cell: (object) => textOf(spec(object).action) }],
  HTTPRoute: [{ name: "Hostnames", cell: (object) => JSON.stringify(listIn(spec(object).hostnames)) }],
};

/** `5m`, `3d`: as kubectl prints an age. */
function ageText(object: JsonObject, now: number): string {
  const since = Date.parse(textOf(metadataOf(object).creationTimestamp));
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

/** What `kubectl get` prints: a list, or one object, as rows. */
export function asTable(body: JsonObject, kind: string, now: number): JsonObject {
  const columns = COLUMNS[kind] ?? [];
  const objects = body.items === undefined ? [body] : listIn(body.items).filter(isObject);
  const names = ["Name", ...columns.map(({ name }) => name), "Age"];
  const { resourceVersion, continue: token, remainingItemCount } = metadataOf(body);
  const metadata = Object.entries({ resourceVersion, continue: token, remainingItemCount }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: Object.fromEntries(metadata),
    columnDefinitions: names.map((name) => ({
      name,
      type: "string",
      format: name === "Name" ? "name" : "",
      description: "",
      priority: 0,
    })),
    rows: objects.map((object) => ({
      cells: [textOf(metadataOf(object).name), ...columns.map((column) => column.cell(object)), ageText(object, now)],
      object: asMetadata(object),
    })),
  };
}

export function asMetadata({ metadata }: JsonObject): JsonObject {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: objectOf(metadata) };
}

export function asMetadataList(body: JsonObject): JsonObject {
  const items = listIn(body.items).filter(isObject).map(asMetadata);
  return { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata: metadataOf(body), items };
}
