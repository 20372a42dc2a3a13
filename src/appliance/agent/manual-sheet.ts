/** For whoever installs the agent by hand: as Markdown, and as a page to print. */
import { DATA_FOLDER, type DeploymentFacts, PROGRAM } from "./agent-paths.ts";

interface Sheet {
  readonly title: string;
  readonly steps: readonly { readonly text: string; readonly code: string | null }[];
  readonly names: readonly string[];
}

function sheetOf({ agent, config, names, domain }: DeploymentFacts): Sheet {
  const copied = PROGRAM.slice(0, PROGRAM.lastIndexOf("\\"));
  return {
    title: `Agent ${agent.version}${domain === null ? "" : ` in ${domain}`}`,
    steps: [
      { text: `Copy osiris-agent.exe into ${copied}. Its SHA-256 must be:`, code: agent.sha256 },
      { text: "Compare, in PowerShell:", code: `(Get-FileHash -Algorithm SHA256 '${PROGRAM}').Hash` },
      { text: `Write ${DATA_FOLDER}\\config.json, in UTF-8:`, code: config.trimEnd() },
      { text: "Run it as an administrator:", code: `& '${PROGRAM}'` },
    ],
    names,
  };
}

export function renderSheetMarkdown(facts: DeploymentFacts): string {
  const { title, steps, names } = sheetOf(facts);
  const shown = steps.flatMap(({ text, code }, index) => [
    `${index + 1}. ${text}`,
    ...(code === null ? [] : ["", "       ".concat(code), ""]),
  ]);
  const list = names.map((name) => `- [ ] ${name.replaceAll(/[\\`*_[\]<>#|]/g, "\\$&")}`);
  return [`# ${title}`, "", ...shown, `## Workstations (${names.length})`, "", ...list, ""].join("\n");
}

export function renderSheetHtml(facts: DeploymentFacts): string {
  const { title, steps, names } = sheetOf(facts);
  const shown = steps.map(
    ({ text, code }) => `<li>${escape(text)}${code === null ? "" : `<pre>${escape(code)}</pre>`}</li>`,
  );
  return [
    "<!doctype html>",
    `<html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>`,
    "<style>body{font:11pt sans-serif;margin:2cm}pre{background:#f4f4f4;padding:4px;white-space:pre-wrap}ul{columns:3}</style>",
    "</head><body>",
    `<h1>${escape(title)}</h1>`,
    `<ol>${shown.join("")}</ol>`,
    `<h2>Workstations (${names.length})</h2>`,
    `<ul>${names.map((name) => `<li>☐ ${escape(name)}</li>`).join("")}</ul>`,
    "</body></html>",
    "",
  ].join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escape(text: string): string {
  return text.replaceAll(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}
