/** Documents for what is live and declared by nobody: directories, and the desktops in them. Pure. */
import { stringify } from "yaml";
import type { Json } from "../../support/json.ts";
import type { Desired, ImportedDocument, ImportOptions } from "../provider.ts";
import { foreignDesktops, foreignDirectories, suggestedDirectoryName, suggestedName } from "./compare-undeclared.ts";
import { viewWorld, type WorldView } from "./desktop-view.ts";
import type { Placed } from "./live-index.ts";
import { ANNOTATIONS, ownershipOf } from "./markers.ts";
import type { LiveDirectory, WorkspacesObservation } from "./model.ts";
import { resolveTopology } from "./topology.ts";

/** Each carries the consent to adopt it; applied as written, nothing about the live one changes but its marker. */
export function documentDesktops(
  desired: Desired,
  observation: WorkspacesObservation,
  { schemaAt }: ImportOptions,
): readonly ImportedDocument[] {
  const world = viewWorld(resolveTopology(desired), observation, new Date(0));
  const { estate } = world.topology;
  const directories = foreignDirectories(world).filter(
    ({ directory }) => ownershipOf(directory.tags, estate) === "nobody",
  );
  const names = directoryNames(world, directories);
  const taken = new Set(world.topology.desktops.map(({ name }) => name));
  const desktops = foreignDesktops(world)
    .filter(({ desktop }) => ownershipOf(desktop.tags, estate) === "nobody" && desktop.user !== "")
    .flatMap((placed) => {
      const directory = names.get(`${placed.region} ${placed.desktop.directoryId}`);
      return directory === undefined ? [] : [documentDesktop(placed, { directory, taken, schemaAt })];
    });
  return [
    ...directories.map((one) => documentDirectory(one, names, schemaAt)),
    ...desktops.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  ];
}

type SchemaAt = ImportOptions["schemaAt"];
interface PlacedDirectory {
  readonly region: string;
  readonly directory: LiveDirectory;
}

/** By region and id: declared names, and names for those that are imported. */
function directoryNames({ topology }: WorldView, foreign: readonly PlacedDirectory[]): ReadonlyMap<string, string> {
  const declared = [...topology.directories.values()];
  const names = new Map(declared.map(({ name, region, id }) => [`${region} ${id}`, name]));
  const taken = new Set(names.values());
  for (const { region, directory } of foreign) {
    const suggested = suggestedDirectoryName(directory, region);
    const name = taken.has(suggested) ? directory.id : suggested;
    taken.add(name);
    names.set(`${region} ${directory.id}`, name);
  }
  return names;
}

function documentDirectory(
  { region, directory }: PlacedDirectory,
  names: ReadonlyMap<string, string>,
  schemaAt: SchemaAt,
): ImportedDocument {
  const name = names.get(`${region} ${directory.id}`) ?? directory.id;
  const { creation, devices, selfService, transport, ipGroups } = directory;
  const { ou, securityGroupId, instanceRoleArn, ...flags } = creation;
  const known = Object.entries(devices).filter(([, access]) => access === "allow" || access === "deny");
  const spec = {
    region,
    directoryId: directory.id,
    ...(directory.name === null ? {} : { domain: directory.name }),
    creation: {
      ...(ou === null ? {} : { ou }),
      ...(securityGroupId === null ? {} : { securityGroupId }),
      ...flags,
      ...(instanceRoleArn === null ? {} : { instanceRoleArn }),
    },
    devices: Object.fromEntries(known),
    selfService: Object.fromEntries(Object.entries(selfService).filter(([, isAllowed]) => isAllowed)),
    ...(transport === "tcp" || transport === "udp" ? { streaming: { transport } } : {}),
    ...(ipGroups.length === 0 ? {} : { ipGroups: [...ipGroups] }),
  };
  const notices = [
    ...(creation.localAdministrator
      ? ["its users are administrators of their desktops; localAdministrator: false is safer"]
      : []),
    ...(creation.internetAccess ? ["its desktops reach the internet directly; internetAccess: false is safer"] : []),
    "name its bundles in spec.bundles, for documents to use",
  ];
  const text = documentText({
    kind: "WorkspaceDirectory",
    name,
    spec,
    schema: schemaAt("workspace-directory.schema.json"),
  });
  return { kind: "WorkspaceDirectory", name, text, notices };
}

interface DesktopOptions {
  readonly directory: string;
  readonly taken: Set<string>;
  readonly schemaAt: SchemaAt;
}

function documentDesktop({ desktop }: Placed, { directory, taken, schemaAt }: DesktopOptions): ImportedDocument {
  const suggested = suggestedName(desktop.user, desktop.id);
  const name = taken.has(suggested) ? desktop.id : suggested;
  taken.add(name);
  const { user, bundleId, compute, operatingSystem, rootGib, userGib, key, mode, afterIdleMinutes, protocols } =
    desktop;
  const isManaged = mode === "auto-stop" || mode === "always-on";
  const volumes = rootGib === null || userGib === null ? {} : { rootGib, userGib };
  const spec = {
    user,
    placement: { directory },
    bundle: bundleId,
    ...(compute === null ? {} : { compute }),
    ...(operatingSystem === null ? {} : { operatingSystem }),
    volumes: { ...volumes, ...(key === null ? {} : { encryption: { keyFrom: key } }) },
    running: mode === "always-on" ? { mode } : { mode: "auto-stop", afterIdle: `${(afterIdleMinutes ?? 60) / 60}h` },
  };
  const notices = [
    ...(protocols.length === 0 || protocols.includes("WSP")
      ? []
      : [`it speaks ${protocols.join(", ")}: the plan turns it to DCV`]),
    ...(isManaged || mode === null
      ? []
      : [`its running mode ${mode} is none that Reeve keeps: the document says auto-stop`]),
  ];
  const text = documentText({ kind: "Workspace", name, spec, schema: schemaAt("workspace.schema.json") });
  return { kind: "Workspace", name, text, notices };
}

interface DocumentParts {
  readonly kind: string;
  readonly name: string;
  readonly spec: { readonly [key: string]: Json };
  readonly schema: string;
}

function documentText({ kind, name, spec, schema }: DocumentParts): string {
  const filled = Object.fromEntries(Object.entries(spec).filter(([, value]) => !isEmpty(value)));
  const metadata = { name, annotations: { [ANNOTATIONS.adopt]: "true" } };
  const body = stringify({ apiVersion: "reeve.dev/v1", kind, metadata, spec: filled }, { lineWidth: 0 });
  return `# yaml-language-server: $schema=${schema}\n${body}`;
}

function isEmpty(value: Json): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
