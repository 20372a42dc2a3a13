/** What strangers and documents may not make a runner, a reader or a log do, and what no log may tell. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CANARY, openLoop } from "../../support/github-loop.ts";
import { checksOf, commentsOf } from "../../support/github-sight.ts";
import { noPeer, peerFile } from "../../support/state-files.ts";

const CAROL = "10.8.0.12/32";

describe("a stranger's pull request", () => {
  const hostile = {
    ...peerFile("carol", 12),
    ...noPeer("bert"),
    "desired-state/bad.yaml": [
      "kind: WireGuardPeer",
      'metadata: { name: "x\\n::set-env name=PATH::/tmp\\n##[add-mask]y" }',
      '"::add-mask::z": "%0A::error::forged"',
    ].join("\n"),
  };

  test("asks nothing of GitHub, writes nothing, records nothing, and says what it is", async () => {
    await using loop = await openLoop();
    const { number } = await loop.github.openPull({ branch: "p", author: "mallory", isFork: true, files: hostile });
    const event = await loop.github.events.pullOpened(number);
    loop.github.clearLog();
    const { out, files, summary } = await loop.plan(number, { event, isChild: true });
    expect(loop.github.log).toEqual([]);
    expect(files).toEqual({});
    expect(summary).toContain("WireGuardPeer/carol");
    expect(out).toContain("::error file=desired-state/bad.yaml");
    expect(await commentsOf(loop, number)).toEqual([]);
  });

  test("cannot make the runner obey: no line of its own is a workflow command", async () => {
    await using loop = await openLoop();
    const { number } = await loop.github.openPull({ branch: "p", author: "mallory", isFork: true, files: hostile });
    const { out, err } = await loop.plan(number, { isChild: true });
    expect(commandsOf(`${out}\n${err}`).filter((line) => !/^::(error|warning|notice) file=/.test(line))).toEqual([]);
  });

  test("one without a token at all is planned all the same", async () => {
    await using loop = await openLoop();
    const { number } = await loop.github.openPull({ branch: "p", author: "mallory", isFork: true, files: hostile });
    const { summary } = await loop.plan(number, { environment: { GITHUB_TOKEN: "" } });
    expect(summary).toContain("WireGuardPeer/carol");
  });
});

/** What a runner would obey: outside of what `stop-commands` encloses. */
function commandsOf(log: string): readonly string[] {
  let token: string | null = null;
  const commands: string[] = [];
  for (const line of log.split(/\r?\n/).map((one) => one.trimStart())) {
    if (token !== null) {
      if (line === `::${token}::`) token = null;
      continue;
    }
    const [, stopped] = /^::stop-commands::(.+)$/.exec(line) ?? [];
    if (stopped !== undefined) token = stopped;
    else if (line.startsWith("::") || line.includes("##[")) commands.push(line);
  }
  return commands;
}

describe("what a document holds", () => {
  const words = "##[add-mask]x ::set-env name=PATH::/tmp <img src=x> @everyone ${{ secrets.KEY }} [a](http://evil)";
  const hostile = peerFile("carol", 12, `  expiresAt: "2026-01-01T00:00:00Z"`);

  test("is neither a command to the runner nor markup in the summary", async () => {
    await using loop = await openLoop();
    const annotated = Object.fromEntries(
      Object.entries(hostile).map(([path, text]) => [
        path,
        text.replace("{ name: carol }", `{ name: carol, annotations: { note: ${JSON.stringify(words)} } }`),
      ]),
    );
    const { number } = await loop.github.openPull({
      branch: "p",
      author: "bob",
      title: `${words}\n::add-mask::t`,
      files: { ...annotated, [`desired-state/##[group]x.yaml`]: `kind: "${words.replaceAll('"', "")}"\n` },
    });
    const { out, err, summary, files } = await loop.plan(number, { isChild: true });
    expect(commandsOf(`${out}\n${err}`)).toEqual([]);
    for (const text of [summary, files["comment.md"] ?? ""]) {
      expect(text).not.toContain("<img");
      expect(text).not.toContain("@everyone");
    }
    const merged = await loop.github.merge(number, "squash", "ada");
    const applied = await loop.apply(await loop.github.repo.git.out("rev-parse", `${merged}^`), { isChild: true });
    expect(commandsOf(`${applied.out}\n${applied.err}`)).toEqual([]);
  });
});

test("the token is nowhere: not in the log, the summary, the artifact, the checkout, or on GitHub", async () => {
  await using loop = await openLoop();
  const { number, ...planned } = await loop.propose("p", peerFile("carol", 12), { isChild: true, token: CANARY });
  const before = await loop.github.headOf("main");
  const merged = await loop.github.merge(number, "squash", "ada");
  const applied = await loop.apply(before, { isChild: true, token: CANARY });
  expect([planned.code, applied.code]).toEqual([0, 0]);
  const seen = [planned, applied].flatMap(({ out, err, summary, files, checkout }) => [
    out,
    err,
    summary,
    ...Object.values(files),
    ...textsBelow(checkout),
  ]);
  const told = JSON.stringify([await commentsOf(loop, number), await checksOf(loop, merged, "reeve apply")]);
  expect([...seen, told, loop.live()].filter((text) => text.includes(CANARY))).toEqual([]);
});

function textsBelow(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((path) => join(root, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "latin1"));
}

test("a plan job whose token may only read contents cannot take the lock, and does not try to", async () => {
  await using loop = await openLoop();
  const { number } = await loop.propose("p", peerFile("carol", 12));
  expect(loop.github.writes().filter((write) => write.includes("/git/"))).toEqual([]);
  const before = await loop.github.headOf("main");
  await loop.github.merge(number, "squash", "ada");
  const permissions = { contents: "read", pull_requests: "write", checks: "write", actions: "read" } as const;
  expect((await loop.apply(before, { permissions })).code).toBe(1);
  expect(loop.live()).not.toContain(CAROL);
});
