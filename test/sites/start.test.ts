/** The server as the daemon starts it: real port, real files, real secrets. */

import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SecretSource } from "../../src/generated/documents.ts";
import { makeSealKeys, sealText } from "../../src/protocol/seal.ts";
import { resolvesSecrets } from "../../src/protocol/secrets/resolve-secret.ts";
import { SecretTrouble } from "../../src/protocol/secrets/secret-source.ts";
import { systemClock } from "../../src/support/system-clock.ts";
import { startSiteServer } from "../../src/watch/server/start-site-server.ts";
import { estate, resource } from "../support/literals.ts";
import {
  applianceOf,
  claimBody,
  makeMachine,
  provisioningOf,
  randomCode,
  SITE,
  siteOf,
} from "../support/site-server.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-sites-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

test("keys and claims outlive a restart", async () => {
  const code = randomCode();
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const spec = siteOf({ appliances: [applianceOf({ provisioning: provisioningOf(code, { expiresAt }) })] });
  const partner = resource("Partner/nepa-it", { spec: { brandName: "NEPA", primaryColor: "#2563EB" } });
  const accepted = {
    commit: "c1",
    estate: estate({ resources: [resource(`ApplianceSite/${SITE}`, { spec }), partner] }),
  };
  const [machine, thief] = [await makeMachine(), await makeMachine()];
  const claim = async (url: string, who: typeof machine) => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify(claimBody(who, code));
    const response = await fetch(`${url}/api/provision/claim`, { method: "POST", headers, body });
    return [response.status, await response.json()] as const;
  };
  const start = () =>
    startSiteServer({
      folder: join(folder, "server"),
      accepted: () => accepted,
      clock: systemClock,
      environment: {},
      listen: { host: "127.0.0.1", port: 0 },
      tokens: [],
    });
  const first = await start();
  const before = await claim(first.url, machine);
  await first.close();
  const second = await start();
  expect(await claim(second.url, machine)).toEqual(before);
  expect((await claim(second.url, thief))[0]).toBe(409);
  await second.close();
  for (const file of ["server-sign.pem", "server-age.txt"]) {
    expect(statSync(join(folder, "server", file)).mode & 0o777).toBe(0o600);
    rmSync(join(folder, "server", file));
    await expect(start()).rejects.toThrow("the database was begun with other keys");
  }
});

describe("where secrets come from", () => {
  const resolver = async (environment: Readonly<Record<string, string>> = {}) => {
    const { identity, recipient } = await makeSealKeys();
    const allowed = () => ({ environment: ["ALLOWED", "EMPTY"], folders: [folder] });
    return { recipient, resolve: resolvesSecrets({ identity, allowed, environment }) };
  };
  const trouble = (error: unknown): string =>
    error instanceof SecretTrouble ? `${error.kind}: ${error.message}` : String(error);

  test.each<{ name: string; source: (folder: string) => SecretSource; is: string }>([
    { name: "an allowed variable", source: () => ({ env: "ALLOWED" }), is: "from the environment" },
    { name: "an empty variable", source: () => ({ env: "EMPTY" }), is: "not-usable: EMPTY holds nothing" },
    {
      name: "a variable that is not allowed",
      source: () => ({ env: "HOME" }),
      is: "not-usable: the estate does not allow the variable HOME",
    },
    { name: "a file", source: (at) => ({ file: `${at}/secret` }), is: "from a file" },
    {
      name: "a file outside",
      source: () => ({ file: "/etc/passwd" }),
      is: "not-usable: /etc/passwd is in no folder that the estate allows",
    },
    {
      name: "a file that climbs out",
      source: (at) => ({ file: `${at}/../../etc/passwd` }),
      is: "not-usable: FOLDER/../../etc/passwd is in no folder that the estate allows",
    },
    {
      name: "a file that is not there",
      source: (at) => ({ file: `${at}/none` }),
      is: "not-usable: FOLDER/none cannot be read",
    },
    {
      name: "what does not open",
      source: () => ({ age: "-----BEGIN AGE ENCRYPTED FILE-----\nx" }),
      is: "not-usable: a sealed secret does not open with the server's key",
    },
  ])("$name", async ({ source, is }) => {
    writeFileSync(join(folder, "secret"), "from a file\n");
    const { resolve } = await resolver({ ALLOWED: "from the environment", EMPTY: "", HOME: "/root" });
    const found = await resolve(source(folder)).then(({ value }) => value, trouble);
    expect(found.replaceAll(folder, "FOLDER")).toBe(is);
  });

  test("a sealed one", async () => {
    const { resolve, recipient } = await resolver();
    expect(await resolve({ age: await sealText("sealed\n", [recipient]) })).toEqual({ value: "sealed", version: null });
  });

  const DATA = { data: { data: { password: "from vault", number: 5 }, metadata: { version: 7 } } };
  test.each([
    { name: "there", status: 200, body: DATA, key: "password", is: "from vault (7)" },
    {
      name: "no such member",
      status: 200,
      body: DATA,
      key: "none",
      is: 'not-usable: the secret has no text under "none"',
    },
    {
      name: "no text",
      status: 200,
      body: DATA,
      key: "number",
      is: 'not-usable: the secret has no text under "number"',
    },
    {
      name: "nothing of Vault's",
      status: 200,
      body: "hello",
      key: "password",
      is: 'not-usable: the secret has no text under "password"',
    },
    { name: "not there", status: 404, body: {}, key: "password", is: "not-usable: Vault says 404" },
    { name: "not allowed", status: 403, body: {}, key: "password", is: "not-usable: Vault says 403" },
    { name: "sealed", status: 503, body: {}, key: "password", is: "unavailable: Vault says 503" },
  ])("Vault: $name", async ({ status, body, key, is }) => {
    const asked: string[] = [];
    const vault = createServer((request, response) => {
      asked.push(`${request.url ?? ""} ${String(request.headers["x-vault-token"])}`);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await once(vault, "listening");
    const { port } = vault.address() as AddressInfo;
    const { resolve } = await resolver({ VAULT_ADDR: `http://127.0.0.1:${port}/`, VAULT_TOKEN: "t0ken" });
    const found = await resolve({ vault: { path: "kv/clinic/admin", key } }).then(
      ({ value, version }) => `${value} (${version ?? ""})`,
      trouble,
    );
    expect([found, asked]).toEqual([is, ["/v1/kv/data/clinic/admin t0ken"]]);
    vault.close();
  });

  test("a Vault that is not there, and one that nobody named", async () => {
    const named = await resolver({ VAULT_ADDR: "http://127.0.0.1:9", VAULT_TOKEN: "t" });
    const vault = { path: "kv/x", key: "y" };
    expect(await named.resolve({ vault }).catch(trouble)).toBe("unavailable: Vault does not answer");
    const unnamed = await resolver();
    expect(await unnamed.resolve({ vault }).catch(trouble)).toBe(
      "not-usable: VAULT_ADDR is not set on the management host",
    );
  });
});
