/** What could not be read as it should have been, in words. Pure. */
import type { Finding, Resource } from "../../estate/resource.ts";
import type { WorkspacesSettings } from "../../generated/documents.ts";
import { unreachable } from "../../support/unreachable.ts";
import type { Verdict } from "./api/trouble.ts";
import { isReadable } from "./live-index.ts";
import type { ReadingGap, WorkspacesObservation } from "./model.ts";
import type { Topology } from "./topology.ts";

export function gapFindings(topology: Topology, { regions }: WorkspacesObservation): readonly Finding[] {
  const { settings } = topology;
  return [...regions].flatMap(([region, reading]) => {
    const resource = resourceOf(region, topology);
    if (!isReadable(reading) || resource === null || settings === null) return [];
    return (reading.gaps ?? []).map((gap) => describeGap(gap, { region, resource, settings }));
  });
}

/** Findings stand at a document: a directory of the region, else one of those for whose sake it is read. */
export function resourceOf(region: string, { directories, desktops }: Topology): Resource | null {
  const inRegion = [...directories.values()].find((one) => one.region === region);
  return inRegion?.resource ?? [...directories.values()][0]?.resource ?? desktops[0]?.resource ?? null;
}

interface Where {
  readonly region: string;
  readonly resource: Resource;
  readonly settings: WorkspacesSettings;
}

function describeGap(gap: ReadingGap, { region, resource, settings }: Where): Finding {
  const at = { severity: "warning", resource, path: [] } as const;
  switch (gap.what) {
    case "tag-index": {
      const took = `${gap.calls} calls, about ${describeSeconds(gap.calls / settings.limiter.perSecond)}`;
      const what =
        gap.trouble === null
          ? "the tagging API does not know desktops"
          : `the tagging API does not answer (${wordsOf(gap.trouble)})`;
      const message = `${region}: ${what}, so tags are read one by one: ${took}`;
      return { ...at, code: "tags-one-by-one", message, hint: hintOf(gap.trouble, "tag:GetResources") };
    }
    case "last-use": {
      const why = gap.trouble === null ? "" : ` (${wordsOf(gap.trouble)})`;
      const message = `${region}: when desktops were last used cannot be read${why}, so all of them count as used`;
      const right = "workspaces:DescribeWorkspacesConnectionStatus";
      return { ...at, code: "last-use-unreadable", message, hint: hintOf(gap.trouble, right) };
    }
    default:
      return unreachable(gap.what);
  }
}

function wordsOf({ code, message }: Verdict): string {
  return `${code}: ${message}`;
}

function hintOf(trouble: Verdict | null, right: string): string {
  if (trouble === null) return "plans stay right, but slow; ask AWS whether the tagging API covers WorkSpaces there";
  return trouble.failure === "denied" ? `allow ${right} for planning` : trouble.next;
}

function describeSeconds(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
