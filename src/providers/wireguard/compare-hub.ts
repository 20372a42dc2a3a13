import type { Finding } from "../../estate/resource.ts";
import type { Action, Blocked, ChangeDraft, FieldChange, Ignored } from "../../plan/change.ts";
import { diffFields } from "../../plan/diff-fields.ts";
import { canonicalJson, type Json } from "../../support/json.ts";
import { type HubBlock, hubBlock } from "./hub-block.ts";
import {
  clientFacts,
  foreignAddresses,
  presentFile,
  presentLive,
  routedNetworks,
  wantedFile,
  wantedLive,
} from "./hub-shape.ts";
import type { HubView } from "./hub-view.ts";

export interface HubComparison {
  readonly change: ChangeDraft | null;
  readonly findings: readonly Finding[];
  readonly ignored: readonly Ignored[];
}

/** The hub itself: its file's [Interface], its interface, its key. `clients` are the names of the peers that dial it. */
export function compareHub(view: HubView, clients: readonly string[]): HubComparison {
  const ignored = ignoredAddresses(view);
  if (view.facts.hub.spec.retired) return { change: retirement(view), findings: [], ignored };
  const fields = hubFields(view);
  if (fields.length === 0) return { change: null, findings: troubleFindings(view), ignored };
  const action = actionOf(view, fields);
  const block = hubBlock(view);
  const { address, kind, name, source } = view.facts.hub;
  const change: ChangeDraft = {
    address,
    kind,
    name,
    action,
    fields,
    reason: reasonOf(view, action),
    ...hubImpact(view, fields, clients),
    waitsFor: [],
    source,
    basis: basisOf(view),
    ...(block === null ? {} : { blocked: { code: block.code, message: block.message, next: block.next } }),
  };
  return { change, findings: block === null ? troubleFindings(view) : [blockFinding(view, block)], ignored };
}

function hubFields(view: HubView): readonly FieldChange[] {
  const { file, live } = view.snapshot;
  const isOurs = file?.marker !== null && file?.marker !== undefined;
  const marker =
    isOurs && file.marker.hub === view.name
      ? []
      : [{ path: "marker", before: file?.marker?.hub ?? null, after: view.name }];
  const edited = file !== null && isOurs && !file.isIntact;
  return [
    ...marker,
    ...keyFields(view),
    ...diffFields(file === null ? {} : presentFile(file), wantedFile(view.facts), "file"),
    ...(edited ? [{ path: "file.body", before: "edited by hand", after: "as declared" }] : []),
    ...(view.hasInterface ? liveFields(view) : []),
    ...(view.hasInterface && live === null ? [{ path: "live.interface", before: "absent", after: "up" }] : []),
  ];
}

function keyFields({ snapshot, hasInterface }: HubView): readonly FieldChange[] {
  const { publicKey, file, live } = snapshot;
  const present = file?.publicKey ?? live?.publicKey ?? null;
  if (publicKey === null) {
    const after = present === null ? "made on the hub" : "taken over on the hub, as it is";
    return [{ path: "privateKey", before: null, after, sensitive: true }];
  }
  const inFile =
    file === null || file.publicKey === publicKey
      ? []
      : [{ path: "file.publicKey", before: file.publicKey, after: publicKey }];
  const onInterface =
    !hasInterface || live === null || live.publicKey === publicKey
      ? []
      : [{ path: "live.publicKey", before: live.publicKey, after: publicKey }];
  return [...inFile, ...onInterface];
}

function liveFields(view: HubView): readonly FieldChange[] {
  const { live } = view.snapshot;
  if (live === null) return [];
  const routes = currentRoutes(view);
  return diffFields(presentLive(view, live, routes), wantedLive(view.facts, routes), "live");
}

/** Routes for what the file holds now; a change of peers brings its own. */
function currentRoutes(view: HubView): readonly string[] {
  const held = [...view.filePeers.values()].filter((peer) => view.owners.get(peer.publicKey)?.kind !== "foreign");
  return routedNetworks(
    view.facts,
    held.flatMap((peer) => peer.allowedIps),
  );
}

function actionOf({ snapshot, hasInterface }: HubView, fields: readonly FieldChange[]): Action {
  const { file, live } = snapshot;
  if (file === null) return live === null ? "create" : "adopt";
  if (file.marker === null) return "adopt";
  const onlyStarts = hasInterface && live === null && fields.every((field) => field.path === "live.interface");
  return onlyStarts ? "start" : "update";
}

function reasonOf({ snapshot, name }: HubView, action: Action): string {
  if (action === "create") return "declared, and neither its file nor its interface is there";
  if (action === "adopt") return "declared, and already there without Reeve's marker: it becomes Reeve's";
  if (action === "start") return "its file is as declared, its interface is absent";
  if (snapshot.file?.marker?.hub !== name) return `it was ${snapshot.file?.marker?.hub ?? "unnamed"}; it is renamed`;
  if (snapshot.file?.isIntact === false) return "its file was edited by hand";
  return "it differs from its declaration";
}

function hubImpact(
  view: HubView,
  fields: readonly FieldChange[],
  clients: readonly string[],
): Pick<ChangeDraft, "disruption" | "impact"> {
  const { file, live, publicKey } = view.snapshot;
  if (file === null && live === null) return { disruption: "none", impact: [] };
  const rekeyed = file?.publicKey !== null && file?.publicKey !== undefined && file.publicKey !== publicKey;
  const told = file === null ? null : (presentFile(file)["client"] ?? null);
  const isStale = told !== null && canonicalJson(told) !== canonicalJson(clientFacts(view.facts));
  const moved = fields.some((field) => field.path === "file.listenPort" && field.before !== null);
  const rebinds = fields.some((field) => field.path === "live.listenPort" || field.path === "live.publicKey");
  return {
    disruption: rekeyed || rebinds ? "interrupts" : "none",
    impact: [
      ...(rekeyed ? ["every session ends: the hub's key changes"] : []),
      ...(rekeyed || isStale || moved
        ? [`client action required: the files of ${nameClients(clients)} are stale`]
        : []),
    ],
  };
}

const NAMED_CLIENTS = 50;

function nameClients(clients: readonly string[]): string {
  if (clients.length === 0) return "no peers";
  const more = clients.length - NAMED_CLIENTS;
  return `${clients.slice(0, NAMED_CLIENTS).join(", ")}${more > 0 ? ` and ${more} more (reeve list)` : ""}`;
}

/** Where it is written counts as well: a review of one place is none of another. */
function basisOf({ snapshot, facts }: HubView): Json {
  const { file, live } = snapshot;
  const { host, interface: link, privateKeyFrom } = facts.hub.spec;
  return {
    place: { host: { ...host } as Json, interface: link, file: facts.configFile, key: privateKeyFrom.file },
    key: snapshot.publicKey,
    file: file === null ? null : { ...presentFile(file), intact: file.isIntact, key: file.publicKey },
    live:
      live === null
        ? null
        : { port: live.listenPort, addresses: live.addresses, mtu: live.mtu, up: live.isUp, key: live.publicKey },
  };
}

function retirement(view: HubView): ChangeDraft | null {
  const { file, live } = view.snapshot;
  if (file === null && live === null) return null;
  const { address, kind, name, source } = view.facts.hub;
  const isOurs = file?.marker !== null && file?.marker !== undefined;
  const blocked: Blocked = {
    code: "not-ours",
    message: `${name} is retired, but its file has no marker of this estate`,
    next: "take it down by hand: Reeve deletes only what it made or adopted",
  };
  return {
    address,
    kind,
    name,
    action: "delete",
    fields: [
      ...(file === null ? [] : [{ path: "file", before: view.facts.configFile, after: null }]),
      ...(live === null ? [] : [{ path: "live.interface", before: view.facts.hub.spec.interface, after: null }]),
    ],
    reason: "retired",
    disruption: "destroys",
    impact: [`every session at ${name} ends`, ...strangersAt(view)],
    waitsFor: [],
    source,
    basis: basisOf(view),
    ...(isOurs ? {} : { blocked }),
  };
}

function strangersAt(view: HubView): readonly string[] {
  const count = [...view.owners.values()].filter((owner) => owner.kind === "foreign").length;
  return count === 0 ? [] : [`also those of peers that nobody declares: ${count}`];
}

function ignoredAddresses(view: HubView): readonly Ignored[] {
  const { live } = view.snapshot;
  if (live === null) return [];
  return foreignAddresses(view, live).map((address) => ({
    address: view.facts.hub.address,
    path: "live.addresses",
    why: `${address} was put on the interface by somebody else`,
  }));
}

/** Trouble that forbids nothing: a key file that others can read, a block that stands twice. */
function troubleFindings({ snapshot, facts }: HubView): readonly Finding[] {
  return snapshot.troubles
    .filter(({ about }) => about === "private-key" || about === "config")
    .map(({ message }) => ({
      severity: "warning",
      code: "hub-trouble",
      message,
      hint: "set it right on the hub",
      resource: facts.hub,
      path: ["spec", "privateKeyFrom"],
    }));
}

function blockFinding(view: HubView, block: HubBlock): Finding {
  const { code, message, next, path } = block;
  return { severity: "held", code, message, hint: next, resource: view.facts.hub, path };
}
