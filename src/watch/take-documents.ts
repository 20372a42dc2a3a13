/** Follows the source: what is good is taken, what is not leaves the last good documents in place. */
import type { CheckedEstate } from "../apply/workspace.ts";
import { leftBehind } from "../estate/left-behind.ts";
import { plural } from "../render/words.ts";
import type { Diagnostic } from "../support/diagnostic.ts";
import { describePosition } from "../support/position.ts";
import { forgetAccepted, readAccepted } from "./accepted.ts";
import { readPause } from "./pause.ts";
import { anchorOf, checkTree, remember, type Self, wordsOf } from "./self.ts";
import { serve } from "./serve.ts";
import type { Tree } from "./tree.ts";

/** True where there is something new to be seen to. */
export async function takeDocuments(self: Self): Promise<boolean> {
  const before = self.good?.tree.id ?? null;
  try {
    await followOn(self);
    self.troubles.end("follow-failed");
  } catch (error) {
    if (self.options.workspace.signal.aborted) throw error;
    self.troubles.begin({ code: "follow-failed", message: wordsOf(error), next: "it is tried again" });
  }
  serveAsked(self);
  return (self.good?.tree.id ?? null) !== before;
}

/** An apply that runs elsewhere (GitHub Actions) waits until appliances are given what was reviewed there. */
function serveAsked(self: Self): void {
  const { good } = self;
  if (!self.isAsked || good === null || readPause(self.options.folder) !== null) return;
  self.isAsked = false;
  serve(self, good.tree, good.checked.estate ?? good.checked.checkable);
}

async function followOn(self: Self): Promise<void> {
  const { options, troubles } = self;
  if (self.good === null) await takeUpLastGood(self);
  const seen = await options.follower.look(anchorOf(self, self.memory.good), options.workspace.signal);
  if (seen.status === "seen") {
    troubles.end("unreachable", "rewound", "moving", "unreadable");
    await take(self, seen.tree);
  } else if (seen.status === "unreachable") {
    troubles.begin({ code: "unreachable", message: seen.why, next: "the last good documents stay; it is tried again" });
  } else {
    troubles.end("unreachable");
    troubles.begin({ code: seen.code, message: seen.why, next: seen.next });
  }
  if (self.snapshot === null) await takeUpServed(self);
}

/** After a start: it stays where there is nothing good to be seen, and what is new is held against it. */
async function takeUpLastGood(self: Self): Promise<void> {
  const { good } = self.memory;
  const tree = good === null ? null : await self.options.follower.treeOf(good);
  if (tree === null) return;
  const checked = await checkTree(self, tree);
  if (checked.estate !== null) self.good = { tree, checked };
}

/** Appliances are served as before the start, until a round has seen to what is new. */
async function takeUpServed(self: Self): Promise<void> {
  const { served } = self.memory;
  const tree = served === null ? null : await self.options.follower.treeOf(served);
  const estate = tree === null ? null : (await checkTree(self, tree)).estate;
  if (tree !== null && estate !== null)
    self.snapshot = { commit: tree.commit, id: tree.id, resources: estate.resources, estate };
}

/** A tree that does not validate removes nothing: the last good one stays. */
async function take(self: Self, tree: Tree): Promise<void> {
  self.latest = tree.id;
  if (self.good?.tree.id === tree.id) return self.troubles.end("broken");
  const checked = await checkTree(self, tree);
  const { troubles, options } = self;
  const name = tree.commit === null ? "the folder" : `commit ${tree.commit.slice(0, 12)}`;
  const refusal = refusalOf(self, tree, checked);
  if (refusal !== null) {
    const next = `${refusal.next}; the last good documents stay until then`;
    troubles.begin({ code: "broken", message: `${name} ${refusal.why}`, next });
    return;
  }
  troubles.end("broken");
  options.log("following", { tree: tree.id, commit: tree.commit });
  self.good = { tree, checked };
  if (self.memory.good === tree.id) return;
  remember(self, { ...self.memory, good: tree.id, overruled: await overruledBy(self, tree) });
  forgetAccepted(options.folder);
}

/** With the line that a person has left for this tree's, where that is so. */
async function overruledBy({ memory, options }: Self, tree: Tree): Promise<readonly string[]> {
  const { good, overruled } = memory;
  if (good === null || (await options.follower.follows(tree.id, good))) return overruled;
  return [...overruled, good].slice(-MOST_OVERRULED);
}

const MOST_OVERRULED = 50;

/** A tree with errors of its own; a sound one that would leave something behind, unless a person has accepted that. */
function refusalOf(
  { good, memory, options }: Self,
  tree: Tree,
  checked: CheckedEstate,
): { readonly why: string; readonly next: string } | null {
  if (checked.estate === null) {
    const errors = checked.diagnostics.filter(({ severity }) => severity === "error");
    return { why: `does not validate (${plural(errors.length, "error")}): ${firstOf(errors)}`, next: "mend it" };
  }
  if (good === null || readAccepted(options.folder) === tree.id) return null;
  const before = good.checked.estate ?? good.checked.checkable;
  const unfinished = memory.applied === good.tree.id ? memory.pending : [`the changes of ${good.tree.id.slice(0, 12)}`];
  const left = leftBehind({ before, after: checked.estate, unfinished });
  const orAccept = tree.commit === null ? "" : `, or: reeve watch accept ${tree.commit}`;
  return left.length === 0 ? null : { why: `is not taken: ${firstOf(left)}`, next: `${left[0]?.hint}${orAccept}` };
}

function firstOf([first]: readonly Diagnostic[]): string {
  if (first === undefined) return "";
  return first.at === null ? first.message : `${describePosition(first.at)}: ${first.message}`;
}
