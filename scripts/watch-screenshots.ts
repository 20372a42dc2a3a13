/**
 * Draws the daemon's page for docs/watch.md: `node scripts/watch-screenshots.ts`. The sample estate in a folder of its own, an
 * appliance in its place and a second one that asks for it, a hub edited by hand; headless Chromium (CHROMIUM, else `chromium`).
 */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

const ROOT = join(import.meta.dirname, "..");
const PORT = 7171;
const SITES_PORT = 7172;
/** Of the sample estate. */
const CODE = "ABCD-1234-EFGH-5678";
const MAC = "84:3A:5B:91:B6:61";
const CHROMIUM = process.env["CHROMIUM"] ?? "chromium";

const PICTURES = [
  { name: "watch-overview", path: "/", size: "1100,1500", flags: [] },
  { name: "watch-dark", path: "/", size: "1100,1500", flags: ["--blink-settings=preferredColorScheme=0"] },
  { name: "watch-appliances", path: "/appliances", size: "1100,420", flags: [] },
  { name: "watch-phone", path: "/resources?kind=WireGuardPeer", size: "500,1000", flags: [] },
] as const;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "reeve-page-"));
  for (const part of ["desired-state", "schemas"]) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  const words = [join(ROOT, "src/cli.ts"), "watch", "--sandbox", "--interval", "10s"];
  words.push("--listen", String(PORT), "--sites-listen", String(SITES_PORT));
  const daemon = spawn(process.execPath, words, { cwd: folder, stdio: ["ignore", "inherit", "inherit"] });
  try {
    await ready("/readyz");
    await ready("/api/v1/status", (text) => /"isApplied": ?true/.test(text));
    provision(folder);
    await ready("/api/v1/appliances", (text) => text.includes("approve-rebind"));
    drift(join(folder, ".reeve/sample/wg0.conf"));
    await ready("/api/v1/status", (text) => text.includes('"since"'));
    for (const picture of PICTURES) draw(picture);
  } finally {
    const ended = new Promise((resolve) => daemon.once("exit", resolve));
    daemon.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One machine gets its place; another that comes with the same code is for a person to decide about. */
function provision(folder: string): void {
  const reeve = (...words: string[]): string =>
    execFileSync(process.execPath, [join(ROOT, "src/cli.ts"), ...words], { cwd: folder, encoding: "utf8" });
  const claim = (box: string): string =>
    reeve(
      "appliance",
      "provision",
      CODE,
      "--server",
      `http://127.0.0.1:${SITES_PORT}`,
      "--mac",
      MAC,
      "--dir",
      join(folder, box),
    );
  claim("box");
  reeve("appliance", "run", "--once", "--dir", join(folder, "box"));
  try {
    claim("other-box");
  } catch {
    // Refused, as it has to be.
  }
}

/** Somebody edits a hub by hand. */
function drift(path: string): void {
  writeFileSync(path, readFileSync(path, "utf8").replace(/ListenPort = \d+/, "ListenPort = 51900"));
}

async function ready(path: string, isSo: (text: string) => boolean = () => true): Promise<void> {
  for (let tries = 0; tries < 120; tries += 1) {
    const answer = await fetch(`http://127.0.0.1:${PORT}${path}`).catch(() => null);
    if (answer?.ok === true && isSo(await answer.text())) return;
    await setTimeout(500);
  }
  throw new Error(`${path} does not come to that`);
}

function draw({ name, path, size, flags }: (typeof PICTURES)[number]): void {
  const file = join(ROOT, `docs/images/${name}.png`);
  const shot = ["--headless", "--no-sandbox", "--hide-scrollbars", `--screenshot=${file}`, `--window-size=${size}`];
  execFileSync(CHROMIUM, [...shot, ...flags, `http://127.0.0.1:${PORT}${path}`], { stdio: "ignore", timeout: 60_000 });
}

await main();
