/** Limits, and what is forgotten. */
import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { claimedScene } from "../support/site-scene.ts";
import {
  checkin,
  claim,
  claimBody,
  commitOf,
  makeMachine,
  openBench,
  randomCode,
  SITE,
  signed,
  wordOf,
} from "../support/site-server.ts";

describe("too many requests", () => {
  const from = (remoteAddress: string) => ({ remoteAddress });
  test("of failed claims, the sixth from one address waits, and nobody else", async () => {
    const bench = await openBench(commitOf({}), { limits: { claimFailures: 5 } });
    const attempt = async (address: string) => {
      const [machine, code] = [await makeMachine(), randomCode()];
      return bench.ask({
        method: "POST",
        url: "/api/provision/claim",
        payload: claimBody(machine, code),
        ...from(address),
      });
    };
    for (let i = 0; i < 5; i += 1) expect(wordOf(await attempt("192.0.2.1"))).toBe("404 code-unknown");
    const sixth = await attempt("192.0.2.1");
    expect([wordOf(sixth), sixth.headers["retry-after"]]).toEqual(["429 too-many-requests", "60"]);
    expect(wordOf(await attempt("192.0.2.2"))).toBe("404 code-unknown");
    bench.pass(61);
    expect(wordOf(await attempt("192.0.2.1"))).toBe("404 code-unknown");
  });

  test("a forwarded address is nobody's word, unless a proxy is trusted", async () => {
    const bench = await openBench(commitOf({}), { limits: { claimFailures: 1 } });
    const attempt = (forwarded: string) =>
      bench.ask({
        method: "POST",
        url: "/api/provision/validate",
        payload: { code: randomCode() },
        headers: { "x-forwarded-for": forwarded },
      });
    expect(wordOf(await attempt("192.0.2.1"))).toBe("404 code-unknown");
    expect(wordOf(await attempt("192.0.2.2"))).toBe("429 too-many-requests");
  });

  test("of forged requests, heartbeats, check-ins and submissions", async () => {
    const { bench, machine, code } = await claimedScene();
    const tight = await openBench(bench.desired, {
      limits: { signatureFailures: 1, heartbeats: 1, checkins: 1, submissions: 1 },
    });
    await claim(tight, machine, code);
    expect(wordOf(await checkin(tight, machine))).toBe("200");
    const limited = await checkin(tight, machine);
    expect([wordOf(limited), limited.headers["retry-after"]]).toEqual(["429 too-many-requests", "60"]);
    const submit = () =>
      tight.operate("POST", `/api/sites/${SITE}/domain-credentials`, { username: "u", password: "p" });
    expect([wordOf(await submit()), wordOf(await submit())]).toEqual(["201", "429 too-many-requests"]);
    const forge = () => tight.ask({ method: "POST", url: "/api/appliances/checkin", payload: {} });
    expect([wordOf(await forge()), wordOf(await forge())]).toEqual(["401 bad-signature", "429 too-many-requests"]);
  });
});

test("nonces, events and unknown devices are forgotten in time", async () => {
  const { bench, machine } = await claimedScene();
  const nonce = randomBytes(16).toString("base64url");
  await bench.ask(signed(bench, machine, "/api/provision/status", { body: { step: "claimed" }, nonce }));
  bench.pass(100 * 86_400);
  await bench.server.sweep();
  expect(
    wordOf(await bench.ask(signed(bench, machine, "/api/provision/status", { body: { step: "claimed" }, nonce }))),
  ).toBe("204");
  const { events } = (await bench.operate("GET", `/api/operator/events?site=${SITE}`)).json<{
    events: { type: string; detail: string }[];
  }>();
  expect(events.map(({ type, detail }) => `${type}: ${detail}`)).toEqual([
    "phase: Claimed -> Offline",
    "phase: Offline -> Claimed",
  ]);
});
