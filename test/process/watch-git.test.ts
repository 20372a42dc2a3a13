/** Real git: a remote that takes a connection and then says nothing, and a repository that leads elsewhere. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { followBranch } from "../../src/watch/follow/follow-branch.ts";
import { openGit } from "../../src/watch/follow/git-runner.ts";

let root: string;
let server: Server;
const open = new Set<Socket>();
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "reeve-watch-git-"));
  server = createServer((socket) => void open.add(socket.on("error", () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await openGit(process.env)(["init", "--quiet", "--bare", root]);
});
afterAll(() => {
  for (const socket of open) socket.destroy();
  server.close();
  rmSync(root, { recursive: true, force: true });
});

const AUTHOR = {
  GIT_AUTHOR_NAME: "ada",
  GIT_AUTHOR_EMAIL: "ada@x.test",
  GIT_COMMITTER_NAME: "ada",
  GIT_COMMITTER_EMAIL: "ada@x.test",
};
const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/estate.git`;
const fetching = () => ["--git-dir", root, "fetch", "--quiet", "--", address(), "+refs/heads/main:refs/reeve/followed"];

/** What still talks to that server. */
function remaining(): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandOf)
    .filter((words) => words.includes("remote-http") && words.includes(address()));
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

test("a remote that hangs is given up, with all that git has started", async () => {
  expect(await openGit(process.env, 1000)(fetching())).toMatchObject({ isOk: false, trouble: "no answer in 1 s" });
  expect(remaining()).toEqual([]);
});

test.each([
  { name: "the folder itself is a link", path: "state", link: "state", to: "elsewhere/state" },
  { name: "a folder on the way is a link", path: "estate/state", link: "estate", to: "elsewhere" },
])("nothing is read through a link of the repository: $name", async ({ path, link, to }) => {
  const home = mkdtempSync(join(tmpdir(), "reeve-watch-links-"));
  try {
    const git = openGit({ ...process.env, ...AUTHOR });
    const origin = join(home, "origin");
    mkdirSync(join(home, "elsewhere/state"), { recursive: true });
    await git(["init", "--quiet", "--initial-branch=main", origin]);
    symlinkSync(join(home, to), join(origin, link));
    await git(["-C", origin, "add", "--all"]);
    await git(["-C", origin, "commit", "--quiet", "--message", "a link"]);
    const follower = followBranch({ url: origin, branch: "main", path, folder: join(home, "own"), git });
    const seen = await follower.look({ good: null, accepted: null }, new AbortController().signal);
    expect(seen).toMatchObject({ status: "refused", code: "unreadable" });
    expect(readdirSync(join(home, "elsewhere"))).toEqual(["state"]);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test("a stop does not wait for a remote that hangs", async () => {
  const stop = new AbortController();
  const fetched = openGit(process.env)(fetching(), stop.signal);
  while (open.size < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  stop.abort(new Error("stopped"));
  await expect(fetched).rejects.toThrow("stopped");
  expect(remaining()).toEqual([]);
});
