/** Documents that say what is there: written into a copy, judged as a whole, and only then worth a pull request. */
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { type Planned, rootOf, type Workspace } from "../../apply/workspace.ts";
import { removeField, setField } from "../../estate/edit-document.ts";
import type { Estate } from "../../estate/estate.ts";
import { loadEstate } from "../../estate/load-estate.ts";
import type { Address } from "../../estate/resource.ts";
import { checkEstate, desiredOf } from "../../providers/survey.ts";
import type { Sha } from "../model.ts";
import type { Trees } from "../trees.ts";
import type { Recording, Recordings } from "./choose-recordings.ts";

export interface Copying {
  readonly workspace: Workspace;
  readonly trees: Trees;
  readonly sha: Sha;
  readonly planned: Planned;
}

export interface RecordedDocuments extends Recordings {
  /** The files that change, by their path in the repository, as they will be. Sorted. */
  readonly files: ReadonlyMap<string, string>;
}

/** Why recordings cannot stay, by address. */
type Refused = ReadonlyMap<Address, string>;

/** Leaves out, one round after another, whatever makes a document wrong or does not end the difference. */
export async function recordInDocuments(copying: Copying, chosen: Recordings): Promise<RecordedDocuments> {
  const { workspace, trees, sha } = copying;
  const folder = relative(rootOf(workspace), resolve(workspace.stateDir));
  const refusals = new Map(chosen.refusals);
  let left = chosen.recordings;
  if (left.length === 0) return { files: new Map(), recordings: [], refusals };
  const copy = await trees.writeOut(sha, folder);
  const place = { ...copying, root: copy.root, stateDir: join(copy.root, folder) };
  try {
    const before = readTexts(copy.root, left);
    for (;;) {
      const { files, refused } = editTexts(before, left);
      const bad = refused.size > 0 ? refused : await judge(place, { before, files, recordings: left });
      if (bad.size === 0) return { files, recordings: left, refusals };
      for (const [address, why] of bad) refusals.set(address, why);
      left = left.filter(({ resource }) => !bad.has(resource.address));
    }
  } finally {
    copy.remove();
  }
}

type Texts = ReadonlyMap<string, string>;

function readTexts(root: string, recordings: readonly Recording[]): Texts {
  const paths = [...new Set(recordings.map(({ resource }) => resource.source.file))].toSorted();
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

function editTexts(
  before: Texts,
  recordings: readonly Recording[],
): { readonly files: Texts; readonly refused: Refused } {
  const files = new Map<string, string>();
  const refused = new Map<Address, string>();
  for (const { resource, edits } of recordings) {
    const { documentIndex, source, address } = resource;
    const was = files.get(source.file) ?? before.get(source.file) ?? "";
    let text: string | null = was;
    for (const { path, value } of edits) {
      const place = { documentIndex, path };
      if (text !== null) text = value === null ? removeField(text, place) : setField(text, { ...place, value });
    }
    if (text === null)
      refused.set(address, "its document cannot take it without other lines changing (an anchor, an alias)");
    else files.set(source.file, text);
  }
  return { files, refused };
}

interface Place extends Copying {
  /** Of the copy. */
  readonly root: string;
  readonly stateDir: string;
}

interface Draft {
  readonly before: Texts;
  readonly files: Texts;
  readonly recordings: readonly Recording[];
}

async function judge(place: Place, { before, files, recordings }: Draft): Promise<Refused> {
  const { root, stateDir, workspace } = place;
  for (const [path, text] of before) writeFileSync(join(root, path), files.get(path) ?? text);
  const { estate, checkable, diagnostics } = await loadEstate({
    stateDir,
    root,
    cacheDir: null,
    signal: workspace.signal,
  });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (estate === null || errors.length > 0) return blameFiles(errors, recordings);
  const wrong = checkEstate(workspace.providers, checkable, workspace.clock.now()).filter(
    ({ severity }) => severity === "error",
  );
  if (wrong.length > 0) {
    const found = wrong.map(
      ({ resource, message }) => [resource.address, `its document would be wrong: ${message}`] as const,
    );
    return blame(found, recordings);
  }
  return blame(stillDifferent(place, estate, recordings), recordings);
}

type Blamed = readonly (readonly [address: Address, why: string])[];

/** A difference that stays is no recording, and neither is one that makes another. */
function stillDifferent({ planned, workspace }: Place, estate: Estate, recordings: readonly Recording[]): Blamed {
  const now = workspace.clock.now();
  const known = new Set(planned.plan.changes.map(({ address }) => address));
  const recorded = new Set(recordings.map(({ resource }) => resource.address));
  const changes = planned.lanes.flatMap(
    ({ provider, survey }) => provider.compare(desiredOf(provider, estate), survey.observation, now).changes,
  );
  return changes
    .filter(({ address }) => recorded.has(address) || !known.has(address))
    .map(({ address, reason }) => [address, `with it, ${address} would still differ: ${reason}`]);
}

/** Whose fault it is; where it is nobody's of these, all of them are left. */
function blame(blamed: Blamed, recordings: readonly Recording[]): Refused {
  const addresses = new Set(recordings.map(({ resource }) => resource.address));
  const ours = blamed.filter(([address]) => addresses.has(address));
  const [other] = blamed;
  if (ours.length > 0 || other === undefined) return new Map(ours);
  return new Map([...addresses].map((address) => [address, `it goes together with ${other[0]}: ${other[1]}`]));
}

function blameFiles(
  errors: readonly { readonly message: string; readonly at: { readonly file: string } | null }[],
  recordings: readonly Recording[],
): Refused {
  const blamed = recordings.flatMap(({ resource }) => {
    const error = errors.find(({ at }) => at?.file === resource.source.file);
    return error === undefined ? [] : [[resource.address, `its file would be wrong: ${error.message}`] as const];
  });
  const [first] = errors;
  if (blamed.length > 0) return new Map(blamed);
  return new Map(
    recordings.map(({ resource }) => [resource.address, `the documents would be wrong: ${first?.message ?? ""}`]),
  );
}
