/** An estate of desktops on the stand-in: the real engine, provider and SDK in this process, on virtual time. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WorkSpaces } from "@aws-sdk/client-workspaces";
import { onTestFinished } from "vitest";
import { type ApplyReport, applyPlan } from "../../src/apply/apply-plan.ts";
import { checkWorkspace, type Planned, planWorkspace, type Workspace } from "../../src/apply/workspace.ts";
import type { Change } from "../../src/plan/change.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { ImportedDocument, Standing } from "../../src/providers/provider.ts";
import { workspaces } from "../../src/providers/workspaces/index.ts";
import type { WorkspacesObservation } from "../../src/providers/workspaces/model.ts";
import { ACTS, type Act, editDesktop } from "../../src/sandbox/workspaces/act.ts";
import type { FaultRequest } from "../../src/sandbox/workspaces/faults.ts";
import { DEFAULT_RULES } from "../../src/sandbox/workspaces/rules.ts";
import {
  type SandboxOptions,
  startWorkspacesSandbox,
  type WorkspacesSandbox,
} from "../../src/sandbox/workspaces/start-workspaces-sandbox.ts";
import type { Desktop, Region } from "../../src/sandbox/workspaces/world.ts";
import { createVirtualTime } from "./virtual-time.ts";
import { BUNDLE, clientConfig, DIRECTORY } from "./workspaces-sandbox.ts";

/** Where virtual time begins: a Tuesday, weeks before the next maintenance window. */
const START = new Date("2026-10-20T08:00:00Z");

export const HOUR = 3600;
export const DAY = 86_400;

const ACCOUNT = "123456789012";

export interface Bench {
  readonly sandbox: WorkspacesSandbox;
  /** The folder that holds the state directory. */
  readonly root: string;
  /** What was said while waiting, one line a step. */
  readonly progress: readonly string[];
  /** Writes the state directory anew: these documents, one after another, beside reeve.yaml. */
  write(...documents: readonly string[]): void;
  plan(): Promise<Plan>;
  standings(): Promise<readonly Standing[]>;
  /** Documents for what nobody declares, as `reeve import` would write them. */
  imported(): Promise<readonly ImportedDocument[]>;
  /** Plans and carries out all of it, or what `reviewed` says. */
  apply(options?: { readonly reviewed?: Plan; readonly signal?: AbortSignal }): Promise<ApplyReport>;
  inject(fault: FaultRequest): void;
  /** Somebody else makes a desktop, with these tags. Returns its id. */
  make(user: string, tags?: Readonly<Record<string, string>>): Promise<string>;
  act(act: Act, user: string): void;
  edit(user: string, field: string, value: string): void;
  /** The only desktop of this user, as the stand-in keeps it. */
  desktop(user: string): Desktop;
  /** Every desktop that stands, `user STATE`, sorted. */
  look(): readonly string[];
  region(name?: string): Region;
  /** Names of the writes since the last `forget`, in order. */
  writes(): readonly string[];
  /** What these writes sent. */
  sent(operation: string): readonly Readonly<Record<string, unknown>>[];
  forget(): void;
  /** Virtual seconds. */
  pass(seconds: number): void;
  /** Once, when a line of progress holds these words. */
  when(words: string, act: () => void): void;
  /** When virtual seconds have passed during what runs. */
  after(seconds: number, act: () => void): void;
  minutes(): number;
}

export interface BenchOptions extends Pick<SandboxOptions, "accountId" | "quota" | "rules"> {
  /** Members of `spec.providers.workspaces`, as YAML flow. */
  readonly settings?: string;
  /** Further lines of `spec` of the estate. */
  readonly more?: string;
}

/** Everything that reads may get wrong is on: throttling, staleness, lag, odd pages. */
export async function openEstate(options: BenchOptions = {}): Promise<Bench> {
  const root = mkdtempSync(join(tmpdir(), "reeve-desktops-"));
  const { settings, more, ...rest } = options;
  // Throttle and tokens follow virtual time like everything else.
  let passed = START.getTime();
  const sandbox = await startWorkspacesSandbox({ quota: 1000, start: START, realNow: () => passed, ...rest });
  const advance = (milliseconds: number): void => {
    passed += milliseconds;
    sandbox.advance(milliseconds / 1000);
  };
  onTestFinished(async () => {
    await sandbox.close();
    rmSync(root, { recursive: true, force: true });
  });
  const time = createVirtualTime(sandbox.now, advance);
  const progress: string[] = [];
  const awaited = new Map<string, () => void>();
  const workspaceOf = (signal: AbortSignal): Workspace => ({
    stateDir: join(root, "desired-state"),
    providers: [workspaces],
    clock: time.clock,
    calls: time.calls,
    progress: {
      step: (text, count) => {
        progress.push(count === undefined ? text : `${text} ${count.done}/${count.of}`);
        for (const [words, act] of awaited) if (text.includes(words) && awaited.delete(words)) act();
      },
    },
    signal,
    environment: environmentFor(sandbox.endpoint),
  });
  const planned = async (signal = new AbortController().signal): Promise<Planned> => {
    const workspace = workspaceOf(signal);
    return planWorkspace(workspace, await checkWorkspace(workspace));
  };
  const desktops = (): readonly (readonly [Region, Desktop])[] =>
    Object.values(sandbox.world.regions).flatMap((region) =>
      Object.values(region.desktops).map((desktop) => [region, desktop] as const),
    );
  const find = (user: string): readonly [Region, Desktop] => {
    const found = desktops().filter(([, { wire }]) => wire.UserName === user && !wire.State.startsWith("TERM"));
    const [only] = found;
    if (only === undefined || found.length > 1) throw new Error(`${user} has ${found.length} desktops`);
    return only;
  };
  const scene = (region: Region) => ({
    world: sandbox.world,
    region,
    rules: { ...DEFAULT_RULES, ...rest.rules, durations: { ...DEFAULT_RULES.durations, ...rest.rules?.durations } },
    now: sandbox.now().getTime(),
  });
  return {
    sandbox,
    root,
    progress,
    write: (...documents) => {
      const folder = join(root, "desired-state");
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "reeve.yaml"), estateYaml(settings ?? "", more ?? ""));
      writeFileSync(join(folder, "desktops.yaml"), documents.join("---\n"));
    },
    plan: async () => (await planned()).plan,
    standings: async () => (await planned()).lanes.flatMap(({ survey }) => survey.comparison.standings),
    imported: async () =>
      (await planned()).lanes.flatMap(
        ({ survey }) =>
          workspaces.documentForeign?.(survey.desired, survey.observation as WorkspacesObservation, {
            schemaAt: (file) => `../schemas/${file}`,
          }) ?? [],
      ),
    apply: async ({ reviewed, signal } = {}) => {
      const { plan: now, lanes, session } = await planned(signal);
      return applyPlan({ now, reviewed: reviewed ?? now, lanes, session, record: async () => {} });
    },
    inject: sandbox.inject,
    make: async (UserName, tags = {}) => {
      // Room under the throttle, which counts all callers.
      advance(1000);
      const client = new WorkSpaces(clientConfig(sandbox.endpoint));
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const answer = await client.createWorkspaces({
        Workspaces: [{ DirectoryId: DIRECTORY, UserName, BundleId: BUNDLE, Tags }],
      });
      client.destroy();
      return answer.PendingRequests?.[0]?.WorkspaceId ?? "";
    },
    act: (act, user) => {
      const [region, desktop] = find(user);
      ACTS[act].act(scene(region), desktop);
    },
    edit: (user, field, value) => {
      const [region, desktop] = find(user);
      editDesktop(scene(region), desktop, { field, value });
    },
    desktop: (user) => find(user)[1],
    look: () =>
      desktops()
        .map(([, { wire }]) => `${wire.UserName} ${wire.State}`)
        .toSorted(),
    region: (name = "us-west-2") => {
      const region = sandbox.world.regions[name];
      if (region === undefined) throw new Error(`no region ${name}`);
      return region;
    },
    writes: () => sandbox.log.writes().map(({ operation }) => operation),
    sent: (operation) =>
      sandbox.log
        .writes()
        .filter((one) => one.operation === operation)
        .map(({ input }) => input as Readonly<Record<string, unknown>>),
    forget: sandbox.log.clear,
    pass: (seconds) => advance(seconds * 1000),
    when: (words, act) => void awaited.set(words, act),
    after: (seconds, act) => time.at(seconds * 1000, act),
    minutes: () => (sandbox.now().getTime() - START.getTime()) / 60_000,
  };
}

function estateYaml(settings: string, more: string): string {
  return [
    "apiVersion: reeve.dev/v1",
    "kind: Estate",
    "metadata: { name: robco }",
    "spec:",
    `  providers: { workspaces: { accountId: "${ACCOUNT}"${settings === "" ? "" : `, ${settings}`} } }`,
    "  safety: { maxDeletes: { percent: 100, atLeast: 1000 } }",
    more,
    "",
  ].join("\n");
}

function environmentFor(endpoint: string): Readonly<Record<string, string>> {
  return { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: "REEVESANDBOX", AWS_SECRET_ACCESS_KEY: "reeve-sandbox" };
}

/** Where a document's head and spec are written as YAML flow. */
function documentOf(kind: string, metadata: string, spec: string): string {
  return `apiVersion: reeve.dev/v1\nkind: ${kind}\nmetadata: { ${metadata} }\nspec: { ${spec} }\n`;
}

const BUNDLES =
  "{ value: wsb-wvalueREGION, standard: wsb-wstandardREGION, performance: wsb-wperformanceREGION, power: wsb-wpowerREGION, ubuntu: wsb-uperformanceREGION }";

const DIRECTORIES = {
  oregon: ["us-west-2", "d-9067012345"],
  virginia: ["us-east-1", "d-9067123456"],
  ireland: ["eu-west-1", "d-9367012345"],
} as const satisfies Record<string, readonly [string, string]>;

/** A directory of the stand-in, adopted. */
export function directory(name: keyof typeof DIRECTORIES = "oregon", more = ""): string {
  const [region, id] = DIRECTORIES[name];
  const bundles = BUNDLES.replaceAll("REGION", region.replaceAll("-", ""));
  const spec = `region: ${region}, directoryId: ${id}, bundles: ${bundles}${more === "" ? "" : `, ${more}`}`;
  return documentOf("WorkspaceDirectory", `name: ${name}, annotations: { reeve.dev/adopt: "true" }`, spec);
}

export interface DesktopWords {
  readonly annotations?: string;
  /** Members of the spec beside user, placement and bundle. */
  readonly more?: string;
  readonly placement?: string;
  readonly bundle?: string;
  readonly user?: string;
}

/** A desktop for the user of its name, in Oregon, of the standard bundle. */
export function desktop(name: string, words: DesktopWords = {}): string {
  const { annotations, more, placement = "directory: oregon", bundle = "bundle: standard", user = name } = words;
  const metadata = `name: ${name}${annotations === undefined ? "" : `, annotations: { ${annotations} }`}`;
  const spec = [`user: ${user}`, `placement: { ${placement} }`, bundle, more].filter((part) => part !== undefined);
  return documentOf("Workspace", metadata, spec.filter((part) => part !== "").join(", "));
}

export function document(kind: string, name: string, spec: string): string {
  return documentOf(kind, `name: ${name}`, spec);
}

/** `name action`, with what holds it back. */
export function actionsOf({ changes }: Plan): readonly string[] {
  return changes.map(
    ({ name, action, blocked }) => `${name} ${action}${blocked === undefined ? "" : ` !${blocked.code}`}`,
  );
}

export function changeOf({ changes }: Plan, name: string): Change {
  const found = changes.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no change of ${name}`);
  return found;
}

/** `name status`, with the class of a failure. */
export function outcomesOf({ outcomes }: ApplyReport): readonly string[] {
  return outcomes.map((one) => {
    const name = one.address.split("/")[1] ?? one.address;
    return `${name} ${one.status}${one.status === "failed" ? ` ${one.failure}` : ""}`;
  });
}

/** What a report says of one change, and what is to be done next. */
export function outcomeOf({ outcomes }: ApplyReport, name: string): string {
  const found = outcomes.find(({ address }) => address.split("/")[1] === name);
  if (found === undefined) throw new Error(`no outcome of ${name}`);
  return "next" in found ? `${found.message} > ${found.next}` : found.message;
}

/** Codes and messages of a plan's findings. */
export function findingsOf({ diagnostics }: Plan): readonly string[] {
  return diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}
