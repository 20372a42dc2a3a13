/** Whose a code is. */
import { describe, expect, test } from "vitest";
import type { ProvisionCode } from "../../src/protocol/codes.ts";
import { claimedScene, type Over, openScene, type Scene } from "../support/site-scene.ts";
import {
  applianceOf,
  checkin,
  claim,
  claimBody,
  commitOf,
  MAC,
  makeMachine,
  provisioningOf,
  randomCode,
  SITE,
  siteOf,
  wordOf,
} from "../support/site-server.ts";

describe("POST /api/provision/claim and /validate", () => {
  const rows: readonly {
    readonly name: string;
    readonly arrange?: (scene: Scene) => unknown;
    readonly over?: (code: ProvisionCode) => Over;
    readonly typed?: (code: ProvisionCode) => string;
    readonly claim: string;
    readonly validate: string;
  }[] = [
    { name: "a good code", claim: "200", validate: "200" },
    {
      name: "typed in lower case, with dashes",
      typed: (code) => code.toLowerCase().replace(/^..../, "$&-"),
      claim: "200",
      validate: "200",
    },
    {
      name: "a code that is not known",
      typed: () => randomCode(),
      claim: "400 bad-proof",
      validate: "404 code-unknown",
    },
    { name: "no code", typed: () => "short", claim: "400 validation", validate: "400 validation" },
    {
      name: "claimed by the same key",
      arrange: ({ bench, machine, code }) => claim(bench, machine, code),
      claim: "200",
      validate: "409 code-claimed",
    },
    {
      name: "claimed by the same key, long ago",
      arrange: async ({ bench, machine, code }) => {
        await claim(bench, machine, code);
        bench.pass(20 * 86_400);
      },
      claim: "200",
      validate: "409 code-claimed",
    },
    {
      name: "claimed by another key",
      arrange: async ({ bench, code }) => claim(bench, await makeMachine(), code),
      claim: "409 code-claimed",
      validate: "409 code-claimed",
    },
    {
      name: "revoked",
      over: (code) => ({ provisioning: provisioningOf(code, { revoked: true }) }),
      claim: "410 code-revoked",
      validate: "410 code-revoked",
    },
    {
      name: "expired",
      arrange: ({ bench }) => bench.pass(20 * 86_400),
      claim: "410 code-expired",
      validate: "410 code-expired",
    },
    {
      name: "another hardware address",
      over: () => ({ mac: "84:3A:5B:91:B6:63" }),
      claim: "403 mac-mismatch",
      validate: "200",
    },
    {
      name: "another hardware address, not bound",
      over: (code) => ({ mac: "84:3A:5B:91:B6:63", provisioning: provisioningOf(code, { bindMac: false }) }),
      claim: "200",
      validate: "200",
    },
    { name: "suspended", over: () => ({ suspended: true }), claim: "403 suspended", validate: "200" },
    {
      name: "pinned to another key",
      over: () => ({ identity: { signKey: "A".repeat(43) + "=", recipient: `age1${"q".repeat(58)}` } }),
      claim: "409 code-claimed",
      validate: "200",
    },
    {
      name: "no documents yet",
      arrange: ({ bench }) => {
        bench.desired = null;
      },
      claim: "503 no-commit-loaded",
      validate: "503 no-commit-loaded",
    },
  ];
  test.each(rows)("$name: $claim, $validate", async (row) => {
    const { code, ...scene } = await openScene();
    const over = row.over?.(code);
    if (over !== undefined)
      scene.bench.desired = commitOf({
        [SITE]: siteOf({ appliances: [applianceOf({ provisioning: provisioningOf(code), ...over })] }),
      });
    await row.arrange?.({ ...scene, code });
    const typed = row.typed?.(code) ?? code;
    const validated = await scene.bench.ask({
      method: "POST",
      url: "/api/provision/validate",
      payload: { code: typed },
    });
    expect(wordOf(validated)).toBe(row.validate);
    expect(wordOf(await claim(scene.bench, scene.machine, code, { code: typed }))).toBe(row.claim);
  });

  test("an unknown code with a proof of its own", async () => {
    const { bench, machine } = await openScene();
    expect(wordOf(await claim(bench, machine, randomCode()))).toBe("404 code-unknown");
  });

  test.each([
    { name: "a swapped sealing key", over: async () => ({ encKey: (await makeMachine()).seal.recipient }) },
    { name: "another signing key", over: async () => ({ signKey: (await makeMachine()).sign.publicKey }) },
    { name: "a sealing key without a checksum", over: async () => ({ encKey: `age1${"q".repeat(58)}` }) },
  ])("$name is no proof", async ({ over }) => {
    const { bench, machine, code } = await openScene();
    const body = { ...claimBody(machine, code), ...(await over()) };
    expect(wordOf(await bench.ask({ method: "POST", url: "/api/provision/claim", payload: body }))).toBe(
      "400 bad-proof",
    );
  });

  test.each([
    { bindMac: true, mac: "84:3A:5B:91:B6:99", asked: "409 nothing-pending" },
    { bindMac: false, mac: "84:3A:5B:91:B6:99", asked: "204" },
    { bindMac: true, mac: MAC, asked: "204" },
  ])(
    "an operator is asked of another key where it could be let in: $bindMac $mac $asked",
    async ({ asked, mac, ...bound }) => {
      const { bench, machine, code } = await claimedScene();
      const provisioning = provisioningOf(code, bound);
      bench.desired = commitOf({ [SITE]: siteOf({ appliances: [applianceOf({ provisioning })] }) });
      const next = await makeMachine();
      expect(wordOf(await claim(bench, next, code, { mac }))).toBe("409 code-claimed");
      const url = `/api/operator/appliances/${machine.id}/approve-rebind`;
      expect(wordOf(await bench.operate("POST", url, { signKey: next.sign.publicKey }))).toBe(asked);
    },
  );

  test("a raised generation lets another key in, and the old key out", async () => {
    const { bench, machine, code } = await claimedScene();
    const next = await makeMachine();
    expect(wordOf(await claim(bench, next, code))).toBe("409 code-claimed");
    bench.desired = commitOf({
      [SITE]: siteOf({ appliances: [applianceOf({ provisioning: provisioningOf(code, { generation: 2 }) })] }),
    });
    expect(wordOf(await claim(bench, next, code))).toBe("200");
    expect(wordOf(await checkin(bench, next))).toBe("200");
    expect(wordOf(await checkin(bench, machine))).toBe("401 bad-signature");
    expect(wordOf(await claim(bench, machine, code))).toBe("409 code-claimed");
  });

  test("a new code does the same", async () => {
    const { bench, machine } = await claimedScene();
    const [next, code] = [await makeMachine(), randomCode()];
    bench.desired = commitOf({ [SITE]: siteOf({ appliances: [applianceOf({ provisioning: provisioningOf(code) })] }) });
    expect(wordOf(await checkin(bench, machine))).toBe("200");
    expect(wordOf(await claim(bench, next, code))).toBe("200");
    expect(wordOf(await checkin(bench, machine))).toBe("401 bad-signature");
  });

  test("an operator lets a machine back in that was set up anew", async () => {
    const { bench, machine, code } = await claimedScene();
    const next = await makeMachine();
    await claim(bench, next, code);
    const url = `/api/operator/appliances/${machine.id}/approve-rebind`;
    expect(wordOf(await bench.operate("POST", url, { signKey: machine.sign.publicKey }))).toBe("409 nothing-pending");
    expect(wordOf(await bench.operate("POST", url, { signKey: next.sign.publicKey }))).toBe("204");
    expect(wordOf(await checkin(bench, machine))).toBe("200");
    bench.pass(20 * 86_400);
    expect(wordOf(await claim(bench, next, code))).toBe("200");
    expect(wordOf(await claim(bench, next, code))).toBe("200");
    expect(wordOf(await checkin(bench, next))).toBe("200");
    expect(wordOf(await checkin(bench, machine))).toBe("401 bad-signature");
    expect(wordOf(await claim(bench, machine, code))).toBe("409 code-claimed");
  });

  test("an appliance that is given another name takes its new place with the code that it has, and nobody else does", async () => {
    const { bench, machine, code } = await claimedScene();
    const thief = await makeMachine();
    bench.desired = commitOf({
      [SITE]: siteOf({ appliances: [applianceOf({ name: "reception", provisioning: provisioningOf(code) })] }),
    });
    const moved = { ...machine, id: `${SITE}:reception` };
    expect(wordOf(await claim(bench, thief, code))).toBe("409 code-claimed");
    expect(wordOf(await claim(bench, machine, code))).toBe("200");
    expect(wordOf(await checkin(bench, moved))).toBe("200");
    expect(wordOf(await checkin(bench, machine))).toBe("410 retired");
    bench.pass(20 * 86_400);
    expect(wordOf(await claim(bench, machine, code))).toBe("200");
    expect(wordOf(await claim(bench, thief, code))).toBe("409 code-claimed");
  });

  test("a place that the repository pins is nobody else's, whoever has used the code elsewhere", async () => {
    const { bench, machine, code } = await claimedScene();
    const owner = await makeMachine();
    const identity = { signKey: owner.sign.publicKey, recipient: owner.seal.recipient };
    bench.desired = commitOf({
      [SITE]: siteOf({
        appliances: [applianceOf({ name: "reception", identity, provisioning: provisioningOf(code) })],
      }),
    });
    expect(wordOf(await claim(bench, machine, code))).toBe("409 code-claimed");
    expect(wordOf(await claim(bench, owner, code))).toBe("200");
  });

  test("who was retired does not come back by the same code", async () => {
    const { bench, machine, code } = await claimedScene();
    const retire = `/api/operator/appliances/${machine.id}/retire`;
    expect(wordOf(await bench.operate("POST", retire))).toBe("204");
    expect(wordOf(await bench.operate("POST", retire))).toBe("204");
    expect(wordOf(await checkin(bench, machine))).toBe("410 retired");
    expect(wordOf(await claim(bench, machine, code))).toBe("409 code-claimed");
    expect(wordOf(await bench.operate("POST", "/api/operator/appliances/nowhere:none/retire"))).toBe("404 not-found");
  });
});
