/** What a new state repository holds: `templates/init/`, filled in, and the schemas for its editors. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Handlebars from "handlebars";
import { shippedSchemas } from "../estate/read-schemas.ts";
import { KIND_TABLE } from "../generated/kind-table.ts";
import { packageRoot } from "../support/package-root.ts";

/** Checked before they get here: what stands in them is written into workflows as it is. */
export interface StateRepository {
  readonly estate: string;
  readonly wireguard: boolean;
  readonly workspaces: { readonly account: string; readonly region: string } | null;
  /** `@org/team` or `@person`, as CODEOWNERS has it. */
  readonly owner: string;
  readonly branch: string;
  readonly action: PinnedAction;
}

/** Reeve's own action, by its commit. */
export interface PinnedAction {
  /** `owner/name` */
  readonly repository: string;
  readonly commit: string;
  /** `v1.2.3`, for the comment that people and Dependabot read; empty where it is not known. */
  readonly version: string;
}

export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** Actions of others, by the commit of a release that runs on Node 24; Dependabot keeps them current in the new repository. */
const ACTIONS = {
  checkout: "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2",
  uploadArtifact: "actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f # v6.0.0",
  awsCredentials: "aws-actions/configure-aws-credentials@ec61189d14ec14c8efccab744f656cffd0e33f37 # v6.1.0",
} as const;

const TEMPLATE = ".hbs";
const EDITOR_SCHEMAS = ".vscode/reeve";

/** Every file of the new repository, sorted by path. */
export function filesOf(repository: StateRepository): readonly NewFile[] {
  const facts = factsOf(repository);
  const root = join(packageRoot(), "templates/init");
  const templates = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(TEMPLATE))
    .map((path) => path.replaceAll("\\", "/"));
  const written = templates.map((path) => ({
    path: path.slice(0, -TEMPLATE.length),
    text: fill(readFileSync(join(root, path), "utf8"), facts),
  }));
  return [...written, ...editorSchemas()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function fill(template: string, facts: object): string {
  return Handlebars.create().compile(template, { strict: true, noEscape: true })(facts);
}

function factsOf({ estate, wireguard, workspaces, owner, branch, action }: StateRepository): object {
  const { repository, commit, version } = action;
  return {
    ...ACTIONS,
    estate,
    wireguard,
    workspaces: workspaces !== null,
    account: workspaces?.account ?? "",
    region: workspaces?.region ?? "",
    owner,
    branch,
    action: `${repository}@${commit}${version === "" ? "" : ` # ${version}`}`,
    actionRepository: repository,
    actionCommit: commit,
    minute: minuteOf(estate),
  };
}

/** Not on the hour, when GitHub's schedules are late, and not the same minute for every estate. */
function minuteOf(estate: string): number {
  const sum = Buffer.from(estate).reduce((total, byte) => total + byte, 0);
  return 1 + (sum % 58);
}

/** The schemas of the kinds as files of the repository, and one that picks the right one by `kind`. */
export function editorSchemas(): readonly NewFile[] {
  const kinds = KIND_TABLE.map(({ kind, schema }) => ({ kind, schema })).toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
  const document = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A document of the desired state",
    type: "object",
    required: ["apiVersion", "kind"],
    properties: { kind: { description: "What the document declares.", enum: kinds.map(({ kind }) => kind) } },
    allOf: kinds.map(({ kind, schema }) => ({
      if: { properties: { kind: { const: kind } }, required: ["kind"] },
      // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's own word
      then: { $ref: schema },
    })),
  };
  const shipped = [...shippedSchemas()].filter(([name]) => isForEditors(name));
  return [
    { path: `${EDITOR_SCHEMAS}/document.schema.json`, text: jsonText(document) },
    ...shipped.map(([name, body]) => ({ path: `${EDITOR_SCHEMAS}/${name}`, text: jsonText(body) })),
  ];
}

/** Those of kinds, and what they refer to; not those of Reeve's own outputs. */
function isForEditors(name: string): boolean {
  return KIND_TABLE.some(
    ({ schema }) => schema === name || JSON.stringify(shippedSchemas().get(schema)).includes(`"${name}#`),
  );
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
