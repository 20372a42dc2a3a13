/** A key that an appliance claimed with is offered for its document, as a pull request. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { loadEstate } from "../../src/estate/load-estate.ts";
import { hashCode } from "../../src/protocol/codes.ts";
import { desiredSitesOf } from "../../src/watch/server/desired.ts";
import { ALL } from "../fakes/github/client.ts";
import { git, openApplied, pulls } from "../support/drift-loop.ts";
import { runReeve } from "../support/reeve.ts";
import { claim, MAC, makeMachine, openBench, randomCode, SITE, START, TOKENS, wordOf } from "../support/site-server.ts";

test("a claimed key becomes one pull request, with the line that pins it", async () => {
  const [code, machine, bench] = [randomCode(), await makeMachine(), await openBench(null)];
  const server = await bench.server.app.listen({ host: "127.0.0.1", port: 0 });
  const estate = "  providers: { wireguard: {}, sites: {} }\n  safety: { modes: { ApplianceSite: propose } }\n";
  await using loop = await openApplied({ estate });
  const folder = mkdtempSync(join(tmpdir(), "reeve-pin-"));
  try {
    const end = new Date(START.getTime() + 7 * 86_400_000).toISOString();
    const files = {
      "desired-state/clinic.yaml": `apiVersion: reeve.dev/v1
kind: Partner
metadata: { name: nepa-it }
spec: { brandName: NEPA, primaryColor: "#2563EB" }
---
apiVersion: reeve.dev/v1
kind: ApplianceSite
metadata: { name: ${SITE} }
spec:
  partner: nepa-it
  apiEndpoint: https://mgmt.example.net
  appliances:
    # by the door
    - { name: front-desk, mac: "${MAC}", provisioning: { codeHash: "${hashCode(code)}", expiresAt: ${end} } }
`,
    };
    await loop.github.pushTo("main", files, { by: "ada" });
    for (const [path, text] of Object.entries({
      ...files,
      "desired-state/reeve.yaml": `apiVersion: reeve.dev/v1\nkind: Estate\nmetadata: { name: robco }\nspec:\n${estate}`,
    })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const place = { stateDir: join(folder, "desired-state"), root: folder, cacheDir: null };
    const loaded = await loadEstate({ ...place, signal: new AbortController().signal });
    bench.desired = desiredSitesOf("c1", loaded.checkable);
    expect(wordOf(await claim(bench, machine, code))).toBe("200");
    const config = join(folder, "watch.yaml");
    writeFileSync(
      config,
      `repository: { url: ${loop.github.dir} }\nfolder: ${folder}/daemon\ngithub: { repository: acme/state }\n`,
    );
    const environment = {
      GITHUB_TOKEN: loop.github.tokens.workflow(ALL),
      GITHUB_API_URL: loop.github.url,
      GITHUB_ACTIONS: "true",
      REEVE_SITES_SERVER: server,
      REEVE_SITES_SERVER_TOKEN: TOKENS.operate,
    };
    const once = () => runReeve(["watch", "--once", "--config", config], { cwd: folder, environment });
    for (let turn = 0; turn < 2; turn += 1) expect(await once()).toMatchObject({ code: 0 });
    expect(await pulls(loop)).toHaveLength(1);
    const offered = git(loop, "diff", "-U0", "main", "reeve/drift/robco");
    expect(offered).toContain(`signKey: "${machine.sign.publicKey}"`);
    expect(offered).toContain(`recipient: ${machine.seal.recipient}`);
  } finally {
    await bench.server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
