/** The pull request about drift: what of peers it records, and what becomes of it where GitHub fails. */
import { expect, test } from "vitest";
import type { FaultKind } from "../../fakes/github/faults.ts";
import type { OperationName } from "../../fakes/github/operations.ts";
import { git, modes, openApplied, pulls } from "../../support/drift-loop.ts";
import { watchDrift } from "../../support/drift-watch.ts";
import { peerFile } from "../../support/state-files.ts";

const PROPOSE = "WireGuardPeer: propose";

const KIM = { keepalive: peerFile("kim", 20, "  keepalive: 25s # far away\n"), none: peerFile("kim", 20) };

test("peers in the words of their documents; keys are left to people", async () => {
  await using loop = await openApplied({
    ...modes(PROPOSE),
    files: {
      ...KIM.keepalive,
      ...peerFile("lee", 21, "  routedNetworks: [10.20.0.0/16] # lab\n"),
      ...peerFile("max", 22),
      ...peerFile("ned", 23, "  suspended: true\n"),
    },
  });
  using watch = watchDrift(loop);
  const [, key = ""] = /publicKey: (.+)/.exec(Object.values(peerFile("another", 1))[0] ?? "") ?? [];
  const max = Object.entries(peerFile("max", 22)).map(([path, text]) => [
    path,
    text.replace(/(publicKey: ).+/, `$1${key}`),
  ]);
  await loop.changeWorld({
    ...KIM.none,
    ...peerFile("lee", 31, "  routedNetworks: [10.20.0.0/16, 10.30.0.0/16]\n"),
    ...Object.fromEntries(max),
    ...peerFile("ned", 23),
  });
  expect(await watch.look({ rights: "propose" })).toMatchObject({ code: 0 });
  const diff = git(loop, "diff", "-U0", "main", "reeve/drift/robco");
  expect(diff.split("\n").filter((line) => /^[+-](?![+-])/.test(line))).toEqual([
    "-  keepalive: 25s # far away",
    "-  addresses: [10.8.0.21]",
    "-  routedNetworks: [10.20.0.0/16] # lab",
    "+  addresses: [10.8.0.31]",
    '+  routedNetworks: [10.20.0.0/16, "10.30.0.0/16"] # lab',
  ]);
  const [issue] = await watch.issues();
  expect(issue?.body).toMatch(/max.*not recorded: another key is there, and keys are not recorded/);
  expect(issue?.body).toMatch(/ned.*not recorded: it is to have no access/);
  expect(await pulls(loop)).toHaveLength(1);
});

const REPO = "/repos/{owner}/{repo}";

test.each<FaultKind>(["drop-after", "error-before", "truncated"])(
  "GitHub fails at the new pull request: %s",
  async (kind) => {
    await using loop = await openApplied(modes(PROPOSE));
    using watch = watchDrift(loop);
    await loop.changeWorld(peerFile("alice", 10, "  keepalive: 40s\n"));
    loop.github.inject({ operation: `POST ${REPO}/pulls`, kind });
    expect(await watch.look({ rights: "propose" })).toMatchObject({ code: 0 });
    expect(await pulls(loop)).toHaveLength(1);
  },
);

test("GitHub fails on the way: the same pull request in the end; a run that broke off is carried on", async () => {
  await using loop = await openApplied(modes(PROPOSE));
  using watch = watchDrift(loop);
  const operations: readonly OperationName[] = [
    `POST ${REPO}/git/trees`,
    `POST ${REPO}/git/commits`,
    `PATCH ${REPO}/git/refs/{ref}`,
    `PATCH ${REPO}/issues/{issue_number}`,
  ];
  await loop.changeWorld(peerFile("alice", 10, "  keepalive: 40s\n"));
  loop.github.inject({ operation: `POST ${REPO}/pulls`, kind: "unavailable", times: 3 });
  expect(await watch.look({ rights: "propose" })).toMatchObject({ code: 1 });
  expect(await pulls(loop)).toEqual([]);
  for (const [index, operation] of operations.entries()) {
    await loop.changeWorld(peerFile("alice", 10, `  keepalive: ${50 + index}s\n`));
    loop.github.inject({ operation, kind: "drop-after" });
    expect({ operation, ...(await watch.look({ rights: "propose" })) }).toMatchObject({ code: 0 });
    expect(await pulls(loop)).toMatchObject([{ state: "open", body: expect.stringContaining(`${50 + index}s`) }]);
  }
  expect(await watch.issues()).toHaveLength(1);
});
