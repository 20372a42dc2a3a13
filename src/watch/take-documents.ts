/** Follows the source: what is good is taken, what is not leaves the last good documents in place. */
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
  if (self.good === null) await takeUpLastGood(self);
  if (self.snapshot === null) await takeUpServed(self);
}

/** After a start at which there is nothing good to be seen. */
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
  if (checked.estate === null) {
    const errors = checked.diagnostics.filter(({ severity }) => severity === "error");
    const [first] = errors;
    const place = first?.at === null || first === undefined ? "" : `${first.at.file}:${first.at.line}: `;
    const message = `${name} does not validate (${errors.length} errors): ${place}${first?.message ?? ""}`;
    troubles.begin({ code: "broken", message, next: "mend it; the last good documents stay until then" });
    return;
  }
  troubles.end("broken");
  options.log("following", { tree: tree.id, commit: tree.commit });
  self.good = { tree, checked };
  if (self.memory.good === tree.id) return;
  remember(self, { ...self.memory, good: tree.id });
  // It stands until the branch has moved on, since the first apply of it asks for it too.
  if (readAccepted(options.folder) !== tree.id) forgetAccepted(options.folder);
}
