/** What one endpoint alone refuses, and what check-ins mean. */
import { describe, expect, test } from "vitest";
import type { CheckinAnswer } from "../../src/protocol/bodies.ts";
import { hashConfiguration } from "../../src/protocol/configuration.ts";
import { claimedScene } from "../support/site-scene.ts";
import {
  applianceOf,
  checkin,
  commitOf,
  computers,
  discovered,
  provisioningOf,
  SITE,
  signed,
  siteOf,
  wordOf,
} from "../support/site-server.ts";

describe("what one endpoint alone refuses", () => {
  const page = { enumerationId: "e".repeat(22), generation: 1, page: 0, final: true, computers: computers(10) };
  type Row = {
    readonly name: string;
    readonly site?: Parameters<typeof siteOf>[0];
    readonly steps: readonly [url: string, body: object | null, is: string][];
  };
  const status = "/api/provision/status";
  const config = "/api/provision/config";
  const results = "/api/appliances/enumeration-results";
  const domain = "/api/appliances/domain-discovered";
  const credentials = (site: string): string => `/api/sites/${site}/domain-credentials`;
  const expecting = { domain: { ...siteOf().domain, expected: "robco.test" } };
  const enumeration = {
    domain: { ...siteOf().domain, enumeration: { ...siteOf().domain.enumeration, generation: 3 } },
  };
  const secret = (env: string): Row["site"] => ({
    credentials: [{ name: "admin", type: "domain_admin", username: "u", passwordFrom: { env } }],
  });

  test.each<Row>([
    { name: "a step that skips one", steps: [[status, { step: "written" }, "409 step-order"]] },
    {
      name: "a step that was there before",
      steps: [
        [status, { step: "claimed" }, "204"],
        [status, { step: "fetched" }, "204"],
        [status, { step: "claimed" }, "204"],
        [status, { step: "running" }, "409 step-order"],
      ],
    },
    {
      name: "another appliance's configuration",
      steps: [[`${config}/other-site:front-desk`, null, "403 other-appliance"]],
    },
    {
      name: "an appliance's configuration that nobody has",
      steps: [[`${config}/nowhere`, null, "403 other-appliance"]],
    },
    { name: "another site's credentials", steps: [[credentials("other-site"), null, "403 wrong-site"]] },
    {
      name: "a secret that is not there",
      site: secret("MISSING"),
      steps: [[credentials(SITE), null, "424 secret-not-usable"]],
    },
    {
      name: "a store that does not answer",
      site: secret("DOWN"),
      steps: [[credentials(SITE), null, "502 secret-store-unavailable"]],
    },
    { name: "a secret that is there", site: secret("ADMIN"), steps: [[credentials(SITE), null, "200"]] },
    {
      name: "another domain than expected",
      site: expecting,
      steps: [[domain, discovered("evil.test"), "409 domain-mismatch"]],
    },
    {
      name: "computers of another domain than expected",
      site: expecting,
      steps: [
        [domain, discovered("evil.test"), "409 domain-mismatch"],
        [results, page, "409 domain-mismatch"],
        [domain, discovered("robco.test"), "202"],
        [results, page, "200"],
      ],
    },
    {
      name: "the expected domain, in other letters",
      site: expecting,
      steps: [[domain, discovered("RobCo.Test."), "202"]],
    },
    {
      name: "the same domain again",
      steps: [
        [domain, discovered("robco.test"), "202"],
        [domain, discovered("robco.test"), "200"],
      ],
    },
    {
      name: "an enumeration that nobody wants any more",
      site: enumeration,
      steps: [[results, page, "409 superseded-generation"]],
    },
    { name: "a last page without the others", steps: [[results, { ...page, page: 2 }, "409 pages-missing"]] },
    { name: "nothing at all", steps: [[results, { ...page, computers: [] }, "422 suspicious-shrink"]] },
    {
      name: "half of what was there, and less than half",
      steps: [
        [results, page, "200"],
        [results, { ...page, enumerationId: "f".repeat(22), computers: computers(5) }, "200"],
        [results, { ...page, enumerationId: "g".repeat(22), computers: computers(2) }, "422 suspicious-shrink"],
      ],
    },
    {
      name: "the last page twice",
      steps: [
        [results, page, "200"],
        [results, page, "200"],
      ],
    },
    {
      name: "a page with too many computers",
      steps: [[results, { ...page, computers: computers(501) }, "400 validation"]],
    },
    { name: "a page beyond all bounds", steps: [[results, { ...page, computers: computers(8000) }, "413 too-large"]] },
  ])("$name", async ({ site, steps }) => {
    const { bench, machine } = await claimedScene({}, site);
    Object.assign(bench.secrets, { DOWN: null, ADMIN: "s3cret" });
    for (const [url, body, is] of steps)
      expect(wordOf(await bench.ask(signed(bench, machine, url, body === null ? {} : { body })))).toBe(is);
  });

  test("the list that was there stays after a refused one", async () => {
    const { bench, machine } = await claimedScene();
    const send = (body: object) => bench.ask(signed(bench, machine, results, { body }));
    await send(page);
    await send({ ...page, enumerationId: "f".repeat(22), computers: computers(1) });
    await send({ ...page, enumerationId: "g".repeat(22), final: false, computers: computers(1) });
    const inventory = await bench.operate("GET", `/api/operator/sites/${SITE}/inventory`);
    expect(inventory.json<{ computers: object[] }>().computers).toHaveLength(10);
  });
});

describe("check-ins in their order", () => {
  const rows: readonly { readonly name: string; readonly seqs: readonly [seq: number, run: string, is: string][] }[] = [
    {
      name: "one after the other",
      seqs: [
        [1, "a", "200"],
        [2, "a", "200"],
        [3, "a", "200"],
      ],
    },
    {
      name: "with gaps, after a crash",
      seqs: [
        [1, "a", "200"],
        [5, "b", "200"],
      ],
    },
    {
      name: "a repeat, its answer lost",
      seqs: [
        [1, "a", "200"],
        [1, "a", "200"],
        [2, "a", "200"],
      ],
    },
    {
      name: "a repeat that comes late",
      seqs: [
        [1, "a", "200"],
        [2, "a", "200"],
        [1, "a", "200"],
        [3, "a", "200"],
      ],
    },
    {
      name: "two machines at once",
      seqs: [
        [1, "a", "200"],
        [2, "a", "200"],
        [2, "b", "423 clone-suspected"],
        [3, "a", "423 clone-suspected"],
      ],
    },
    {
      name: "an old copy that wakes up",
      seqs: [
        [1, "a", "200"],
        [2, "a", "200"],
        [1, "b", "423 clone-suspected"],
      ],
    },
    {
      name: "an old copy of long ago",
      seqs: [
        [20, "a", "200"],
        [3, "b", "423 clone-suspected"],
      ],
    },
  ];
  test.each(rows)("$name", async ({ seqs }) => {
    const { bench, machine } = await claimedScene();
    for (const [seq, run, is] of seqs)
      expect([seq, wordOf(await checkin(bench, machine, { seq, run: run.repeat(22) }))]).toEqual([seq, is]);
  });
});

describe("wants are levels, not flags", () => {
  test("a want stays until it is reported done, whatever answers are lost", async () => {
    const scan = { scan: { generation: 2 } };
    const { bench, machine } = await claimedScene({}, scan);
    const wanted = async (done: number) =>
      (await checkin(bench, machine, { done: { enumeration: 0, scan: done } })).json<CheckinAnswer>().wanted.scan;
    expect([await wanted(0), await wanted(0), await wanted(1), await wanted(2), await wanted(2)]).toEqual([
      2,
      2,
      2,
      null,
      null,
    ]);
  });

  test("an enumeration is wanted once there is a domain and a credential for it", async () => {
    const { bench, machine } = await claimedScene();
    const wanted = async () => (await checkin(bench, machine)).json<CheckinAnswer>().wanted.enumeration;
    expect(await wanted()).toBeNull();
    await bench.ask(signed(bench, machine, "/api/appliances/domain-discovered", { body: discovered("robco.test") }));
    expect(await wanted()).toBeNull();
    const submitted = await bench.operate("POST", `/api/sites/${SITE}/domain-credentials`, {
      username: "u",
      password: "p",
    });
    expect(wordOf(submitted)).toBe("201");
    expect(await wanted()).toBe(1);
    expect(wordOf(await bench.ask(signed(bench, machine, `/api/sites/${SITE}/domain-credentials`)))).toBe("200");
  });

  test("a changed document is a new hash at the next check-in, and 304 is said of the old one alone", async () => {
    const { bench, machine, code } = await claimedScene();
    const url = `/api/provision/config/${machine.id}`;
    const hash = hashConfiguration((await bench.ask(signed(bench, machine, url))).body);
    const settings = { ...siteOf().settings, logLevel: "DEBUG" as const };
    bench.desired = commitOf(
      { [SITE]: siteOf({ settings, appliances: [applianceOf({ provisioning: provisioningOf(code) })] }) },
      "c2",
    );
    const answer = (await checkin(bench, machine, { configHash: hash })).json<CheckinAnswer>();
    expect([answer.commit, answer.configHash === hash]).toEqual(["c2", false]);
    const fetched = await bench.ask(signed(bench, machine, url, { headers: { "if-none-match": `"${hash}"` } }));
    expect([wordOf(fetched), fetched.headers["x-commit"], hashConfiguration(fetched.body)]).toEqual([
      "200",
      "c2",
      answer.configHash,
    ]);
  });

  test.each([
    { name: "the tag", match: (tag: string) => tag, is: 304 },
    { name: "a weak one, as a proxy makes it", match: (tag: string) => `W/${tag}`, is: 304 },
    { name: "one of several", match: (tag: string) => `"old", ${tag}`, is: 304 },
    { name: "another", match: () => `"sha256:0"`, is: 200 },
  ])("an appliance says what it has: $name", async ({ match, is }) => {
    const { bench, machine } = await claimedScene();
    const url = `/api/provision/config/${machine.id}`;
    const { headers } = await bench.ask(signed(bench, machine, url));
    const again = { headers: { "if-none-match": match(String(headers["etag"])) } };
    expect((await bench.ask(signed(bench, machine, url, again))).statusCode).toBe(is);
  });

  test("a rotated secret is a new version at a check-in a little later", async () => {
    const credentials = [{ name: "admin", type: "winrm" as const, username: "u", passwordFrom: { env: "ADMIN" } }];
    const { bench, machine } = await claimedScene({}, { credentials });
    bench.secrets["ADMIN"] = "one";
    const version = async () => (await checkin(bench, machine)).json<CheckinAnswer>().credentialsVersion;
    const url = `/api/sites/${SITE}/domain-credentials`;
    const first = await version();
    expect(first).toBe(await version());
    const same = signed(bench, machine, url, { headers: { "if-none-match": `"${first ?? ""}"` } });
    expect(wordOf(await bench.ask(same))).toBe("304");
    bench.secrets["ADMIN"] = "two";
    bench.pass(31);
    expect(await version()).not.toBe(first);
    const other = signed(bench, machine, url, { headers: { "if-none-match": `"${first ?? ""}"` } });
    expect(wordOf(await bench.ask(other))).toBe("200");
  });
});
