/** The policy's gate through the whole loop: who may, whose approval counts, and what opens the valve. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { addUser } from "../../fakes/github/create-world.ts";
import { type JobRun, type Loop, openLoop } from "../../support/github-loop.ts";
import { keptComment, lastCheck } from "../../support/github-sight.ts";
import { estateFile, noPeer, peerFile } from "../../support/state-files.ts";

const CAROL = "10.8.0.12/32";
const POLICY = `  providers: { wireguard: {} }
  policy:
    rules:
      - match: { kinds: [WireGuardPeer] }
        changeBy: ["user:bob"]
        approvals: [{ count: 1, from: ["user:carol", "user:bob", "user:helper[bot]"] }]
      - match: { paths: [desired-state/reeve.yaml] }
        changeBy: ["user:ada"]
        approvals: [{ count: 1, from: ["user:carol"] }]
`;

const SITE = `apiVersion: reeve.dev/v1
kind: Partner
metadata: { name: nepa-it }
spec: { brandName: NEPA IT, primaryColor: "#2563EB" }
---
apiVersion: reeve.dev/v1
kind: ApplianceSite
metadata: { name: clinic }
spec:
  partner: nepa-it
  apiEndpoint: https://mgmt.example.net
  appliances: [{ name: front-desk, mac: "84:3A:5B:91:B6:61" }]
`;

async function mergeAndApply(loop: Loop, number: number): Promise<JobRun> {
  const before = await loop.github.headOf("main");
  await loop.github.merge(number, "squash", "ada");
  return loop.apply(before);
}

interface Approval {
  readonly name: string;
  readonly approve: (loop: Loop, number: number) => Promise<unknown>;
  readonly isAllowed: boolean;
}

const approvals: readonly Approval[] = [
  {
    name: "of whom the policy names",
    approve: (loop, number) => loop.github.review(number, "carol", "APPROVE"),
    isAllowed: true,
  },
  { name: "of nobody", approve: () => Promise.resolve(), isAllowed: false },
  {
    name: "of an outsider",
    approve: (loop, number) => loop.github.review(number, "rita", "APPROVE"),
    isAllowed: false,
  },
  {
    name: "of the author",
    approve: async (loop, number) => {
      const id = await loop.github.review(number, "carol", "APPROVE");
      const review = loop.github.repo.reviews.get(id);
      if (review !== undefined) loop.github.repo.reviews.set(id, { ...review, author: "bob" });
    },
    isAllowed: false,
  },
  {
    name: "of a bot",
    approve: async (loop, number) => {
      addUser(loop.github.world, "helper[bot]", "Bot");
      const id = await loop.github.review(number, "carol", "APPROVE");
      const review = loop.github.repo.reviews.get(id);
      if (review !== undefined) loop.github.repo.reviews.set(id, { ...review, author: "helper[bot]" });
    },
    isAllowed: false,
  },
  {
    name: "before the last push",
    approve: async (loop, number) => {
      await loop.github.review(number, "carol", "APPROVE");
      await loop.github.pushTo("p", peerFile("carol", 12, "  # again\n"), { by: "bob" });
      await loop.plan(number);
    },
    isAllowed: false,
  },
  {
    name: "before a forced push back to what was approved",
    approve: async (loop, number) => {
      await loop.github.review(number, "carol", "APPROVE");
      await loop.github.forcePush("p", peerFile("carol", 12), { by: "bob" });
      await loop.plan(number);
    },
    isAllowed: false,
  },
  {
    name: "taken back by a request for changes",
    approve: async (loop, number) => {
      await loop.github.review(number, "carol", "APPROVE");
      await loop.github.review(number, "carol", "REQUEST_CHANGES");
    },
    isAllowed: false,
  },
  {
    name: "of somebody who pushed to the branch",
    approve: async (loop, number) => {
      await loop.github.pushTo("p", peerFile("carol", 12, "  # again\n"), { by: "carol" });
      await loop.plan(number);
      await loop.github.review(number, "carol", "APPROVE");
    },
    isAllowed: false,
  },
];

describe("an approval", () => {
  test.each(approvals)("$name", async ({ approve, isAllowed }) => {
    await using loop = await openLoop({ estate: POLICY });
    const { number, head } = await loop.propose("p", peerFile("carol", 12));
    expect(await lastCheck(loop, head, "reeve plan")).toMatchObject({ conclusion: "action_required" });
    await approve(loop, number);
    const { code, out } = await mergeAndApply(loop, number);
    expect({ code, out }).toMatchObject({ code: isAllowed ? 0 : 1 });
    expect(loop.live().includes(CAROL)).toBe(isAllowed);
    if (!isAllowed) expect(await keptComment(loop, number, "apply:robco")).toContain("the policy denies");
  });

  test("that comes after the merge counts when it is applied again", async () => {
    await using loop = await openLoop({ estate: POLICY });
    const { number } = await loop.propose("p", peerFile("carol", 12));
    const before = await loop.github.headOf("main");
    await loop.github.merge(number, "squash", "ada");
    expect((await loop.apply(before)).code).toBe(1);
    await loop.github.review(number, "carol", "APPROVE");
    expect((await loop.apply(before)).code).toBe(0);
    expect(loop.live()).toContain(CAROL);
  });
});

describe("the rules", () => {
  test("are the base's: a pull request that allows itself is judged by what it changes", async () => {
    await using loop = await openLoop({ estate: POLICY });
    const own = POLICY.replaceAll("user:ada", "user:bob").replaceAll(/\n +approvals:.*/g, "");
    const files = {
      "desired-state/reeve.yaml": estateFile(own),
      ...peerFile("carol", 12),
    };
    const { number, head } = await loop.propose("p", files);
    expect(await lastCheck(loop, head, "reeve plan")).toMatchObject({ conclusion: "action_required" });
    await loop.github.review(number, "carol", "APPROVE");
    const { code, out } = await mergeAndApply(loop, number);
    expect(code).toBe(1);
    expect(out).toContain("the policy denies");
    expect(loop.live()).not.toContain(CAROL);
  });

  test("that nothing matches deny: a hub is nobody's to change", async () => {
    await using loop = await openLoop({ estate: POLICY });
    const hub = await loop.github.repo.git.out("show", "main:desired-state/hub-eu.yaml");
    const files = { "desired-state/hub-eu.yaml": `${hub}\n`.replace("10.8.0.1/16", "10.8.0.2/16") };
    const { number } = await loop.propose("p", files);
    await loop.github.review(number, "carol", "APPROVE");
    expect((await mergeAndApply(loop, number)).code).toBe(1);
    expect(loop.live()).toContain("Address = 10.8.0.1/16");
  });

  test("see through a rename: what moves to another file and changes on the way is judged as both", async () => {
    const byFile = `  providers: { wireguard: {} }
  policy:
    rules:
      - match: { paths: [desired-state/peers/**] }
        changeBy: ["user:carol"]
      - match: { paths: [desired-state/mine/**] }
        changeBy: ["user:bob"]
`;
    await using loop = await openLoop({ estate: byFile });
    const [text = ""] = Object.values(peerFile("alice", 99));
    const files = { ...noPeer("alice"), "desired-state/mine/alice.yaml": text };
    const { number } = await loop.propose("p", files);
    expect((await mergeAndApply(loop, number)).code).toBe(1);
    expect(loop.live()).toContain("10.8.0.10/32");
  });

  test("hold one pull request and let another through in the same apply", async () => {
    await using loop = await openLoop({ estate: POLICY });
    const denied = await loop.propose("denied", peerFile("dora", 13));
    const allowed = await loop.propose("allowed", peerFile("carol", 12));
    await loop.github.review(allowed.number, "carol", "APPROVE");
    const before = await loop.github.headOf("main");
    await loop.github.merge(denied.number, "squash", "ada");
    await loop.github.merge(allowed.number, "squash", "ada");
    const { code, out } = await loop.apply(before);
    expect(code).toBe(1);
    expect(out).toContain(`refused  #${denied.number}: the policy denies WireGuardPeer/dora`);
    expect(out).not.toContain(`refused  #${allowed.number}`);
    expect(loop.live()).toContain(CAROL);
    expect(loop.live()).not.toContain("10.8.0.13/32");
  });
});

test("a hub that goes together with its peers fails the plan, and says in which order they go", async () => {
  await using loop = await openLoop({ peers: { carol: 12 } });
  const files = { "desired-state/hub-eu.yaml": null, ...noPeer("alice"), ...noPeer("carol") };
  const { number, head } = await loop.propose("p", files);
  expect(await lastCheck(loop, head, "reeve plan")).toMatchObject({ conclusion: "failure" });
  expect(await keptComment(loop, number, "plan:robco")).toMatch(
    /WireGuardHub\/hub-eu.*goes together.*WireGuardPeer\/carol/,
  );
});

test("a token goes to no server that only the pull request names", async () => {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await using loop = await openLoop();
  const sites = `sites: { server: "http://127.0.0.1:${port}", tokenFrom: { env: PATH } }`;
  const { number } = await loop.propose("p", {
    "desired-state/reeve.yaml": estateFile(`  providers: { wireguard: {}, ${sites} }\n`),
    "desired-state/sites.yaml": SITE,
  });
  expect(await keptComment(loop, number, "plan:robco")).toContain("it is not asked before that is merged");
  expect(requests).toBe(0);
  server.close();
});

describe("the valve", () => {
  const peers = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`p${index}`, 50 + index]));
  const most = { ...noPeer("p0"), ...noPeer("p1"), ...noPeer("p2"), ...noPeer("p3") };
  const acknowledge = (digest: string) => ({
    "desired-state/ack.yaml": [
      "apiVersion: reeve.dev/v1",
      "kind: Acknowledgement",
      "metadata: { name: swarm-moves }",
      `spec: { plan: "${digest}", reason: The swarm moves }`,
      "",
    ].join("\n"),
  });

  test("stops a mass change; an acknowledgement in the same pull request opens it for this plan", async () => {
    await using loop = await openLoop({ peers });
    const { number, head, code, files } = await loop.propose("p", most);
    expect(code).toBe(1);
    expect(await lastCheck(loop, head, "reeve plan")).toMatchObject({ conclusion: "failure" });
    const { digest } = JSON.parse(files["plan.json"] ?? "") as { readonly digest: string };
    expect(await keptComment(loop, number, "plan:robco")).toContain(digest);
    await loop.github.pushTo("p", acknowledge(digest), { by: "bob" });
    expect((await loop.plan(number)).code).toBe(0);
    const applied = await mergeAndApply(loop, number);
    expect({ code: applied.code, out: applied.out }).toMatchObject({ code: 0 });
    expect(loop.live()).not.toContain("10.8.0.50/32");
    expect(loop.live()).toContain("10.8.0.54/32");
  });

  test("stays shut for an acknowledgement of another plan, and a merge past the check applies nothing", async () => {
    await using loop = await openLoop({ peers });
    const { number } = await loop.propose("p", { ...most, ...acknowledge(`sha256:${"0".repeat(64)}`) });
    const { code, out } = await mergeAndApply(loop, number);
    expect(code).toBe(1);
    expect(out).toContain("would be deleted or replaced");
    expect(loop.live()).toContain("10.8.0.50/32");
  });
});
