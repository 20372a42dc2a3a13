/** Documents in, the provider's share of the estate out. */
import { assembleEstate } from "../../../src/estate/assemble-estate.ts";
import { createIntake } from "../../../src/estate/intake.ts";
import { openParseCache } from "../../../src/estate/parse-cache.ts";
import { placeFindings } from "../../../src/estate/place-findings.ts";
import { shippedSchemas } from "../../../src/estate/read-schemas.ts";
import type { Finding } from "../../../src/estate/resource.ts";
import { readTemplates } from "../../../src/providers/grants/render/read-templates.ts";
import { type RenderedObject, renderCluster, type Templates } from "../../../src/providers/grants/render/render.ts";
import { resolveTopology, type Topology } from "../../../src/providers/grants/topology.ts";
import type { Desired } from "../../../src/providers/provider.ts";
import { type Diagnostic, sortDiagnostics } from "../../../src/support/diagnostic.ts";
import { SMALL_CLUSTER } from "./small-cluster.ts";

type Files = Readonly<Record<string, string>>;

/** The templates that travel with the package. */
export const TEMPLATES: Templates = readTemplates("/nowhere");

export interface Declared {
  readonly desired: Desired;
  readonly topology: Topology;
  /** What schemas and references say, each at its place. */
  readonly diagnostics: readonly Diagnostic[];
  readonly place: (findings: readonly Finding[]) => readonly Diagnostic[];
}

export function declare(files: Files): Declared {
  const intake = createIntake(openParseCache(null, "test"), shippedSchemas);
  for (const [file, text] of Object.entries(files)) intake.add(file, text);
  const { estate, findings } = assembleEstate(intake.declared, "reeve.yaml");
  const desired = { estate, resources: estate.resources };
  const place: Declared["place"] = (some) => placeFindings(some, (file) => files[file] ?? null);
  const diagnostics = sortDiagnostics([...intake.diagnostics, ...place(findings)]);
  return { desired, topology: resolveTopology(desired), diagnostics, place };
}

/** The small cluster with each pair's first text, where it stands last, replaced by its second. */
export function changeCluster(edits: readonly string[]): Files {
  const files: Record<string, string> = { ...SMALL_CLUSTER };
  for (let index = 0; index < edits.length; index += 2) {
    const [from = "", to = ""] = edits.slice(index);
    const [found] = Object.entries(files).filter(([, text]) => text.includes(from));
    if (found === undefined) throw new Error(`no ${from} in the small cluster`);
    const [name, text] = found;
    const at = text.lastIndexOf(from);
    files[name] = text.slice(0, at) + to + text.slice(at + from.length);
  }
  return files;
}

/** What the small cluster's lab gets after `edits`. Throws where the documents have errors of schema or references. */
export function renderChanged(
  edits: readonly string[],
  now: Date,
  templates: Templates = TEMPLATES,
): readonly RenderedObject[] {
  const { topology, diagnostics } = declare(changeCluster(edits));
  const [cluster] = topology.clusters;
  if (cluster === undefined || diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  return renderCluster(cluster, { topology, templates, now });
}
