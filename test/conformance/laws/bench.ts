import { expect, onTestFinished } from "vitest";
import type { Plan } from "../../../src/plan/plan.ts";
import type { Watch } from "../../support/watch.ts";
import type { Fixture, Leaf, RunOptions, Seed, World } from "../fixture.ts";

/** A world for one test. */
export async function openFor(fixture: Fixture): Promise<World> {
  const world = await fixture.open();
  onTestFinished(() => world.close());
  return world;
}

/** A world in which these leaves were applied. */
export async function appliedWorld(fixture: Fixture, seed: Seed): Promise<World> {
  const world = await openFor(fixture);
  world.seed(seed);
  await apply(world);
  return world;
}

export function leaves(...indexes: readonly number[]): readonly Leaf[] {
  return indexes.map((index) => ({ index }));
}

export function range(count: number): readonly Leaf[] {
  return leaves(...Array.from({ length: count }, (_, index) => index + 1));
}

/** Applies everything, and fails with Reeve's own words when not all of it was done. */
export async function apply(world: World, options?: RunOptions): Promise<string> {
  const ran = await world.reeve(["apply", "--auto-approve"], options);
  expect(ran.code, `${ran.stdout}${ran.stderr}`).toBe(0);
  return ran.stdout;
}

export async function planJson(world: World, options?: RunOptions): Promise<string> {
  const ran = await world.reeve(["plan", "--format", "json"], options);
  if (ran.code === null || ran.stdout === "") throw new Error(`no plan: ${ran.stderr}`);
  return ran.stdout;
}

export async function planOf(world: World): Promise<Plan> {
  return JSON.parse(await planJson(world)) as Plan;
}

/** Fails with the plan when it is not empty. */
export async function expectConverged(world: World): Promise<void> {
  const ran = await world.reeve(["plan", "--detailed-exitcode"]);
  expect(ran.code, `${ran.stdout}${ran.stderr}`).toBe(0);
}

/** A watch for one test. */
export async function watchFor(world: World): Promise<Watch> {
  const watch = await world.watch();
  onTestFinished(() => watch.close());
  watch.arm({ do: "count" });
  return watch;
}

/** `address action`, of a plan's changes. */
export function changesOf(plan: Plan): readonly string[] {
  return plan.changes.map((change) => `${change.address} ${change.action}`);
}

export interface Report {
  readonly blockers: readonly { readonly code: string; readonly next: string }[];
  readonly outcomes: readonly {
    readonly address: string;
    readonly status: string;
    readonly message: string;
    readonly next?: string;
  }[];
}

export async function reportOf(
  world: World,
  args: readonly string[],
  options?: RunOptions,
): Promise<Report & { readonly code: number | null }> {
  const ran = await world.reeve(["apply", ...args, "--format", "json"], options);
  return { ...(JSON.parse(ran.stdout) as Report), code: ran.code };
}

/** `address status`, of a report. */
export function outcomesOf(report: Report): readonly string[] {
  return report.outcomes.map(({ address, status }) => `${address} ${status}`);
}
