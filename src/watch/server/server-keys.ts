/** The server's own keys, made at the first start and kept mode 0600 beside its database. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { identityToRecipient } from "age-encryption";
import { makeSealKeys } from "../../protocol/seal.ts";
import { makeSignKeys, printSignKeys, readSignKeys } from "../../protocol/sign-keys.ts";
import { replaceFile } from "../../support/replace-file.ts";
import type { ServerKeys } from "./options.ts";

export async function openServerKeys(folder: string): Promise<ServerKeys> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pem = await keep(join(folder, "server-sign.pem"), async () => printSignKeys(makeSignKeys()));
  const identity = await keep(join(folder, "server-age.txt"), async () => (await makeSealKeys()).identity);
  return { sign: readSignKeys(pem), seal: { identity, recipient: await identityToRecipient(identity) } };
}

async function keep(path: string, make: () => Promise<string>): Promise<string> {
  if (!existsSync(path)) replaceFile(path, `${(await make()).trim()}\n`, 0o600);
  return readFileSync(path, "utf8").trim();
}
