/** A new state repository in an editor: the schema that its settings name picks the kind's by the document's own word. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ESTATE, KEY } from "../estate/state-dir.ts";
import { LanguageServer } from "../support/language-server.ts";
import { runReeve } from "../support/reeve.ts";

let folder: string;
let server: LanguageServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "reeve-init-editor-"));
  const flags = ["--estate", "robco", "--owner", "@a", "--action", `example/reeve@${"0".repeat(40)}`];
  await runReeve(["init", folder, ...flags], { cwd: folder });
  server = await LanguageServer.start();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const peer = (spec: string) =>
  `apiVersion: reeve.dev/v1\nkind: WireGuardPeer\nmetadata:\n  name: a\nspec:\n  hubs: [eu]\n${spec}`;

test.each([
  { name: "the estate", text: ESTATE, found: [] },
  { name: "a peer", text: peer(`  publicKey: ${KEY}\n`), found: [] },
  { name: "a peer without a field", text: peer(""), found: ['Missing property "publicKey".'] },
  {
    name: "a peer with a field of another kind",
    text: peer(`  publicKey: ${KEY}\n  runningMode: AUTO_STOP\n`),
    found: ["Property runningMode is not allowed."],
  },
  {
    name: "an unknown kind",
    text: "apiVersion: reeve.dev/v1\nkind: Peer\n",
    found: [expect.stringContaining("Value is not accepted")],
  },
])("$name", async ({ name, text, found }) => {
  const header = `# yaml-language-server: $schema=${join(folder, ".vscode/reeve/document.schema.json")}\n`;
  const uri = `file://${folder}/desired-state/${name.replaceAll(" ", "-")}.yaml`;
  const diagnostics = await server.open(uri, header + text);
  expect(diagnostics.map(({ message }) => message)).toEqual(found);
});
