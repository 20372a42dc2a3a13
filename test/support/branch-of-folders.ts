/** A branch whose commits are folders, written once for many daemons to follow. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Follower, Tree } from "../../src/watch/tree.ts";

type Files = Readonly<Record<string, string | null>>;

export interface Branch {
  readonly ids: readonly string[];
  /** What a daemon of `host` follows it with: `see` says which commit is the newest, and may fail. */
  follower(host: string, see: () => Promise<string>): Follower;
}

/** Each commit is what it changes of the one before. */
export function writeBranch(root: string, commits: readonly Files[]): Branch {
  const states: Files[] = [];
  for (const [index, files] of commits.entries()) {
    const state = { ...states.at(-1), ...files };
    states.push(state);
    for (const [path, text] of Object.entries(state)) {
      const file = join(root, idOf(index), path);
      mkdirSync(dirname(file), { recursive: true });
      if (text !== null) writeFileSync(file, text);
    }
  }
  const ids = states.map((_state, index) => idOf(index));
  return {
    ids,
    follower: (host, see) => {
      const treeOf = (id: string): Tree => {
        return { id, commit: id, documents: join(root, id, "desired-state"), stateDir: join(host, "desired-state") };
      };
      return {
        source: "a branch",
        look: async ({ good }) => {
          const tip = await see().catch((error: unknown) => String(error));
          if (!ids.includes(tip)) return { status: "unreachable", why: tip };
          if (good !== null && ids.indexOf(tip) < ids.indexOf(good))
            return { status: "refused", code: "rewound", why: `${tip} is older`, next: "nothing" };
          return { status: "seen", tree: treeOf(tip) };
        },
        treeOf: async (id) => treeOf(id),
        changedFiles: async (before, after) => changesBetween(stateOf(before), stateOf(after)),
        follows: async (newer, older) => ids.indexOf(newer) >= ids.indexOf(older),
        keepOnly: async () => undefined,
        onChange: () => ({ close: async () => undefined }),
      };
    },
  };
  function stateOf({ id }: Tree): Files {
    return states[ids.indexOf(id)] ?? {};
  }
}

/** As long as a commit's. */
function idOf(index: number): string {
  return String(index).padStart(40, "c");
}

function changesBetween(before: Files, after: Files): Awaited<ReturnType<Follower["changedFiles"]>> {
  return Object.keys(after).flatMap((path) => {
    const [was, is] = [before[path] ?? null, after[path] ?? null];
    if (was === is) return [];
    const status = was === null ? "added" : is === null ? "removed" : "modified";
    return [{ path, previousPath: null, status }];
  });
}
