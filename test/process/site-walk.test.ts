/** From a code to a configuration that is followed: the daemon, the repository and an appliance, each the real program. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { freePort } from "../support/free-port.ts";
import { type Ran, type Running, runReeve, startReeve } from "../support/reeve.ts";

const SITE = "desired-state/sites/clinic.yaml";

let root = "";
let daemon: Running;
let page = "";
let sites = "";
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "reeve-site-walk-"));
  cpSync(join(import.meta.dirname, "../../desired-state"), join(root, "desired-state"), { recursive: true });
  const [pagePort, sitesPort] = [await freePort(), await freePort()];
  [page, sites] = [`http://127.0.0.1:${pagePort}`, `http://127.0.0.1:${sitesPort}`];
  const listen = ["--listen", String(pagePort), "--sites-listen", String(sitesPort), "--interval", "1h"];
  daemon = startReeve(["watch", "--sandbox", ...listen], { cwd: root });
  await vi.waitFor(
    async () => {
      const status = JSON.parse((await reeve("watch", "status", "--format", "json")).stdout) as { round: unknown };
      expect(status.round).not.toBeNull();
    },
    { timeout: 60_000, interval: 500 },
  );
});
afterAll(async () => {
  process.kill(daemon.pid, "SIGTERM");
  expect(await daemon.ended).toMatchObject({ code: 0 });
  rmSync(root, { recursive: true, force: true });
});

function reeve(...args: readonly string[]): Promise<Ran> {
  return runReeve(args, { cwd: root });
}

async function phaseOf(appliance: string): Promise<string> {
  const { appliances } = (await (await fetch(`${page}/api/v1/appliances`)).json()) as {
    readonly appliances: readonly { readonly appliance: string; readonly phase: string }[];
  };
  return appliances.find((one) => one.appliance === appliance)?.phase ?? "nobody";
}

test("a minted code lets an appliance in, which then follows its documents", async () => {
  const minted = await reeve("site", "mint-code", "nepa-clinic", "front-desk", "--format", "json");
  const { code } = JSON.parse(minted.stdout) as { readonly code: string };
  expect(readFileSync(join(root, SITE), "utf8")).not.toContain(code);
  writeFileSync(join(root, "code"), `${code}\n`, { mode: 0o600 });
  const box = ["--dir", join(root, "box"), "--mac", "84:3A:5B:91:B6:61"];
  const claim = ["appliance", "provision", "--server", sites, ...box, "--code-file", join(root, "code")];
  await vi.waitFor(async () => expect(await reeve(...claim)).toMatchObject({ code: 0 }), {
    timeout: 60_000,
    interval: 500,
  });
  expect(await reeve("appliance", "run", "--once", ...box)).toMatchObject({ code: 0 });
  await vi.waitFor(async () => expect(await phaseOf("front-desk")).toBe("InSync"), { timeout: 30_000, interval: 500 });
  const before = readFileSync(join(root, "box/config.yaml"), "utf8");
  const text = readFileSync(join(root, SITE), "utf8");
  writeFileSync(join(root, SITE), text.replace("pollInterval: 60s", "pollInterval: 45s"));
  await vi.waitFor(
    async () => {
      expect(await reeve("appliance", "run", "--once", ...box)).toMatchObject({ code: 0 });
      expect(readFileSync(join(root, "box/config.yaml"), "utf8")).not.toBe(before);
    },
    { timeout: 60_000, interval: 1000 },
  );
  await vi.waitFor(async () => expect(await phaseOf("front-desk")).toBe("InSync"), { timeout: 30_000, interval: 500 });
  expect(await (await fetch(`${page}/appliances`)).text()).toContain("front-desk");
  // Commands beside the daemon work in the same sandbox, and with its site server.
  const plan = await reeve("plan", "--sandbox", "--only", "ApplianceSite/*");
  expect(plan).toMatchObject({ code: 0, stdout: expect.stringContaining("no changes") });
  expect((await reeve("list", "--sandbox")).stdout).toMatch(/nepa-clinic .*InSync/);
}, 240_000);
