import { expect, test } from "vitest";
import type { CheckinAnswer, ClaimAnswer, CredentialsAnswer } from "../../src/protocol/bodies.ts";
import { hashConfiguration } from "../../src/protocol/configuration.ts";
import type { SitesAnswer } from "../../src/protocol/operator.ts";
import { openCredential } from "../../src/protocol/seal.ts";
import { HEADERS, isAnswerSigned } from "../../src/protocol/signed-request.ts";
import {
  applianceOf,
  checkin,
  claim,
  commitOf,
  computers,
  discovered,
  makeMachine,
  openBench,
  provisioningOf,
  randomCode,
  SITE,
  signed,
  siteOf,
  wordOf,
} from "../support/site-server.ts";

test("a machine claims its place, fetches its configuration, lists its domain, and is in sync", async () => {
  const code = randomCode();
  const site = siteOf({
    appliances: [applianceOf({ provisioning: provisioningOf(code) })],
    credentials: [{ name: "admin", type: "domain_admin", username: "ROBCO\\svc-enum", passwordFrom: { env: "ADMIN" } }],
  });
  const spec = { ...site, domain: { ...site.domain, credentialsRef: "admin" } };
  const bench = await openBench(commitOf({ [SITE]: spec }));
  bench.secrets["ADMIN"] = "correct horse";
  const machine = await makeMachine();

  const validated = await bench.ask({ method: "POST", url: "/api/provision/validate", payload: { code } });
  expect([validated.statusCode, validated.json()]).toMatchObject([200, { partner: { slug: "nepa-it" } }]);
  const claimed = (await claim(bench, machine, code)).json<ClaimAnswer>();
  expect(claimed).toMatchObject({ status: "claimed", siteId: SITE, applianceId: machine.id, pollSeconds: 60 });

  const fetched = await bench.ask(signed(bench, machine, `/api/provision/config/${machine.id}`));
  const configHash = hashConfiguration(fetched.body);
  expect(fetched.headers).toMatchObject({ etag: `"${configHash}"`, "x-commit": "c1" });
  const nonce = "n".repeat(22);
  const request = signed(bench, machine, `/api/provision/config/${machine.id}`, {
    nonce,
    headers: { "if-none-match": `"${configHash}"` },
  });
  const again = await bench.ask(request);
  expect(again.statusCode).toBe(304);
  const facts = { status: 304, body: "", nonce, etag: `"${configHash}"` };
  expect(isAnswerSigned(facts, String(again.headers[HEADERS.server]), claimed.serverKeys)).toBe(true);
  for (const step of ["claimed", "fetched", "written", "running"])
    expect(wordOf(await bench.ask(signed(bench, machine, "/api/provision/status", { body: { step } })))).toBe("204");

  const first = (await checkin(bench, machine, { configHash })).json<CheckinAnswer>();
  expect(first).toMatchObject({ configHash, commit: "c1", wanted: { enumeration: null, scan: null } });
  const found = signed(bench, machine, "/api/appliances/domain-discovered", { body: discovered("robco.test") });
  expect(wordOf(await bench.ask(found))).toBe("202");
  const second = (await checkin(bench, machine, { configHash })).json<CheckinAnswer>();
  expect(second.wanted).toEqual({ enumeration: 1, scan: null });

  const delivered = await bench.ask(signed(bench, machine, `/api/sites/${SITE}/domain-credentials`));
  const { credentials, version } = delivered.json<CredentialsAnswer>();
  expect(version).toBe(second.credentialsVersion);
  const [admin] = credentials;
  const expected = {
    site: SITE,
    appliance: "front-desk",
    name: "admin",
    version: admin?.version ?? "",
    now: bench.now,
  };
  const opened = await openCredential(admin?.sealed ?? "", machine.seal.identity, expected);
  expect(opened).toMatchObject({ username: "ROBCO\\svc-enum", password: "correct horse" });

  const page = { enumerationId: "e".repeat(22), generation: 1 };
  const send = (body: object) => bench.ask(signed(bench, machine, "/api/appliances/enumeration-results", { body }));
  expect(wordOf(await send({ ...page, page: 0, final: false, computers: computers(500) }))).toBe("202");
  expect((await send({ ...page, page: 1, final: true, computers: computers(3, 500) })).json()).toEqual({
    received: 503,
    final: true,
  });
  const third = (
    await checkin(bench, machine, { configHash, done: { enumeration: 1, scan: 0 } })
  ).json<CheckinAnswer>();
  expect(third.wanted).toEqual({ enumeration: null, scan: null });

  const { sites } = (await bench.operate("GET", "/api/operator/sites")).json<SitesAnswer>();
  expect(sites[0]?.appliances[0]).toMatchObject({
    phase: "InSync",
    domainPhase: "Enumerated",
    enumeration: { count: 503, generation: 1 },
  });
  const inventory = await bench.operate("GET", `/api/operator/sites/${SITE}/inventory`);
  expect(inventory.json<{ computers: object[] }>().computers).toHaveLength(500);
  expect(bench.log).toEqual([]);
  await bench.server.close();
});
