import {
  type Bench,
  type BenchOptions,
  DAY,
  type DesktopWords,
  desktop,
  directory,
  openEstate,
} from "./workspaces-estate.ts";

/** A desktop of jdoe that was made `age` seconds ago; now its document says something else. */
export async function openChanged(
  before: DesktopWords,
  after: DesktopWords,
  { age = DAY, ...options }: BenchOptions & { readonly age?: number } = {},
): Promise<Bench> {
  const bench = await openEstate(options);
  bench.write(directory(), desktop("jdoe", before));
  await bench.apply();
  bench.pass(age);
  bench.forget();
  bench.write(directory(), desktop("jdoe", after));
  return bench;
}

/** What each ModifyWorkspaceProperties call sent. */
export function edits(bench: Bench): readonly unknown[] {
  return bench.sent("ModifyWorkspaceProperties").map(({ WorkspaceProperties }) => WorkspaceProperties);
}
