/** What gets the Windows agent onto workstations: its settings, and a group policy's start-up script or a sheet. Pure. */
import type { SiteAgent } from "../../generated/documents.ts";
import type { Computer } from "../../protocol/bodies.ts";
import { renderConfigJson } from "./agent-paths.ts";
import { renderSheetHtml, renderSheetMarkdown } from "./manual-sheet.ts";
import { isInRing } from "./ring.ts";
import { renderScriptsIni, renderStartupScript } from "./startup-script.ts";

export interface AgentFacts {
  /** Null where the site has none. */
  readonly agent: SiteAgent | null;
  readonly workstations: readonly Computer[];
  /** By which others reach this appliance; null where it has none. */
  readonly ownAddress: string | null;
  readonly domain: string | null;
}

/** All that there may be, below the agent's folder. */
export const AGENT_FILES = [
  "config.json",
  "workstations.txt",
  "manual.md",
  "manual.html",
  "gpo/Machine/Scripts/psscripts.ini",
  "gpo/Machine/Scripts/Startup/install-agent.ps1",
] as const;

export interface AgentFile {
  readonly path: (typeof AGENT_FILES)[number];
  readonly text: string | Uint8Array;
}

/** Nothing where there is no agent, nobody to get it, or no address that it could report to. */
export function renderAgent({ agent, workstations, ownAddress, domain }: AgentFacts): readonly AgentFile[] {
  if (agent === null || agent.deploy.to === "none") return [];
  const address = addressOf(agent.listen, ownAddress);
  if (address === null) return [];
  const names = workstations
    .map(({ name }) => name)
    .filter((name) => isInRing(name, agent.deploy.ring))
    .toSorted();
  const config = renderConfigJson(address);
  const facts = { agent, config, names, domain };
  const common: readonly AgentFile[] = [
    { path: "config.json", text: config },
    { path: "workstations.txt", text: names.map((name) => `${name}\n`).join("") },
  ];
  if (agent.deploy.method === "manual")
    return [
      ...common,
      { path: "manual.md", text: renderSheetMarkdown(facts) },
      { path: "manual.html", text: renderSheetHtml(facts) },
    ];
  return [
    ...common,
    { path: "gpo/Machine/Scripts/psscripts.ini", text: renderScriptsIni() },
    { path: "gpo/Machine/Scripts/Startup/install-agent.ps1", text: renderStartupScript(facts) },
  ];
}

/** As the agents reach it: a listener on all addresses is reached by the machine's own. */
function addressOf(listen: string, ownAddress: string | null): string | null {
  const at = listen.lastIndexOf(":");
  const host = listen.slice(0, at);
  const isAll = host === "0.0.0.0" || host === "[::]";
  if (!isAll) return listen;
  return ownAddress === null ? null : `${ownAddress}${listen.slice(at)}`;
}
