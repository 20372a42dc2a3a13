import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readConfiguration } from "../../src/appliance/keep/configuration-file.ts";
import { askCode, type CodeSources } from "../../src/appliance/provision/ask-code.ts";
import { completeText, welcomeText } from "../../src/appliance/provision/dialogue.ts";
import { renderConfiguration } from "../../src/protocol/configuration.ts";
import { UserError } from "../../src/support/user-error.ts";
import { applianceOf, siteOf } from "../support/site-server.ts";

const CODE = "ABCD1234EFGH5678";

function asking(
  over: Partial<CodeSources>,
  typed: readonly string[] = [],
): CodeSources & { readonly printed: string[] } {
  const printed: string[] = [];
  const answers = [...typed];
  const ask = async (question: string): Promise<string | null> => {
    printed.push(question);
    return answers.shift() ?? null;
  };
  return { operand: undefined, file: undefined, ask, print: (text) => void printed.push(text), printed, ...over };
}

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "reeve-code-")), "code");
  writeFileSync(path, text);
  return path;
}

test.each<{ name: string; sources: CodeSources; said: string }>([
  { name: "as a word", sources: asking({ operand: "abcd-1234-efgh-5678" }), said: CODE },
  { name: "in a file", sources: asking({ file: file(`${CODE}\n`) }), said: CODE },
  { name: "typed", sources: asking({}, ["ABCD 1234 EFGH 5678"]), said: CODE },
  { name: "typed wrong, then right", sources: asking({}, ["ABCD", CODE]), said: CODE },
  { name: "typed wrong", sources: asking({}, ["A", "B", "C", CODE]), said: "Invalid provision code" },
  { name: "wrong", sources: asking({ operand: "ABCD" }), said: "Invalid provision code" },
  { name: "given twice", sources: asking({ operand: CODE, file: "x" }), said: "the code is given twice" },
  { name: "in no file", sources: asking({ file: "/nowhere/code" }), said: "/nowhere/code cannot be read" },
  { name: "from nobody", sources: asking({}), said: "there is nobody to ask for the code" },
])("a code $name: $said", async ({ sources, said }) => {
  const failure = (error: unknown): string =>
    error instanceof UserError ? (error.diagnostics[0]?.message ?? "") : String(error);
  expect(await askCode(sources).catch(failure)).toBe(said);
});

test("a wrong code is asked for again, and never shown", async () => {
  const sources = asking({}, ["SECRET", CODE]);
  await askCode(sources);
  expect(sources.printed.join("")).toBe(
    [
      "Enter your provision code (from partner dashboard):",
      "Format: XXXXXXXXXXXXXXXX (16 characters)",
      "",
      "Provision Code: Invalid provision code: 16 letters and digits, as they are on the sheet",
      "",
      "Provision Code: ",
    ].join("\n"),
  );
});

test("what is on the screen before and after", () => {
  const partner = { slug: "nepa-it", brandName: "NEPA IT Solutions", primaryColor: "#2563EB" };
  const machine = { mac: "84:3A:5B:91:B6:61", hostname: "clinic-appliance" };
  const source = {
    site: { name: "clinic", spec: siteOf() },
    appliance: applianceOf(),
    partner: { name: "nepa-it", spec: partner },
  };
  const device = {
    siteId: "partner-clinic-abc123",
    applianceId: "clinic:front-desk",
    partner,
    serverKeys: [],
    claimedAt: "https://mgmt.example.net",
    ...machine,
    provisionedAt: "2026-12-01T00:00:00Z",
  };
  const applied = readConfiguration(renderConfiguration(source), device.applianceId);
  const rule = "=".repeat(60);
  expect(welcomeText(machine) + completeText({ device, applied }, "/var/lib/msp/config.yaml")).toBe(
    [
      rule,
      "  Reeve Appliance Provisioning",
      rule,
      "",
      "MAC Address: 84:3A:5B:91:B6:61",
      "Hostname:    clinic-appliance",
      "",
      rule,
      "  Provisioning Complete!",
      rule,
      "",
      "Site ID:     partner-clinic-abc123",
      "Partner:     NEPA IT Solutions",
      "Config:      /var/lib/msp/config.yaml",
      "",
      "The agent will now restart in normal operation mode.",
      "",
    ].join("\n"),
  );
});
