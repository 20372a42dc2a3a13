/** References of documents to values: in memory, at delivery, kept nowhere. */
import { readFile } from "node:fs/promises";
import { resolve, sep } from "node:path";
import type { SecretSource } from "../../generated/documents.ts";
import { openText } from "../seal.ts";
import { openAwsSecrets } from "./aws-secret.ts";
import { type ResolveSecret, type Secret, SecretTrouble } from "./secret-source.ts";
import { openVault } from "./vault-secret.ts";

export interface SecretAccess {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The estate's lists: variables and folders that documents may name. */
  readonly allowed: () => { readonly environment: readonly string[]; readonly folders: readonly string[] };
  /** The server's own age identity. */
  readonly identity: string;
}

export function resolvesSecrets(access: SecretAccess): ResolveSecret {
  const aws = openAwsSecrets();
  const vault = openVault(access.environment);
  return async (source) => {
    if (source.file !== undefined) return fromFile(source.file, access);
    if (source.env !== undefined) return fromEnvironment(source.env, access);
    if (source.age !== undefined) return fromAge(source.age, access);
    if (source.awsSecretsManager !== undefined) return aws(source.awsSecretsManager);
    if (source.vault !== undefined) return vault(source.vault);
    throw new SecretTrouble("not-usable", `a secret names no source: ${sourceWord(source)}`);
  };
}

function sourceWord(source: SecretSource): string {
  return Object.keys(source).join(", ") || "nothing";
}

async function fromFile(name: string, { allowed }: SecretAccess): Promise<Secret> {
  const path = resolve(name);
  const isInside = allowed().folders.some((folder) => path.startsWith(resolve(folder) + sep));
  if (!isInside) throw new SecretTrouble("not-usable", `${name} is in no folder that the estate allows`);
  try {
    return full(trimEnd(await readFile(path, "utf8")), name);
  } catch (error) {
    if (error instanceof SecretTrouble) throw error;
    throw new SecretTrouble("not-usable", `${name} cannot be read`);
  }
}

function fromEnvironment(name: string, { allowed, environment }: SecretAccess): Secret {
  if (!allowed().environment.includes(name))
    throw new SecretTrouble("not-usable", `the estate does not allow the variable ${name}`);
  return full(environment[name] ?? "", name);
}

async function fromAge(sealed: string, { identity }: SecretAccess): Promise<Secret> {
  try {
    return full(trimEnd(await openText(sealed, identity)), "the sealed secret");
  } catch (error) {
    if (error instanceof SecretTrouble) throw error;
    throw new SecretTrouble("not-usable", "a sealed secret does not open with the server's key");
  }
}

/** Editors end a file with a line break that is no part of the secret. */
function trimEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}

function full(value: string, name: string): Secret {
  if (value === "") throw new SecretTrouble("not-usable", `${name} holds nothing`);
  return { value, version: null };
}
