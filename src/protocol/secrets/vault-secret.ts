/** HashiCorp Vault's key-value store, version 2, over its HTTP interface. */
import { readFileSync } from "node:fs";
import type { VaultSecret } from "../../generated/documents.ts";
import { memberOf, type Secret, SecretTrouble } from "./secret-source.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const TIMEOUT_MS = 5000;

/** `VAULT_ADDR`, and `VAULT_TOKEN` or a file that `VAULT_TOKEN_FILE` names, as Vault's own agent writes it. */
export function openVault(environment: Environment): (source: VaultSecret) => Promise<Secret> {
  return async ({ path, key }) => {
    const body = await ask(urlOf(environment, path), environment);
    const version = wordOf(body, "metadata", "version");
    return { value: memberOf(JSON.stringify(memberAt(body, "data") ?? null), key), version };
  };
}

function urlOf(environment: Environment, path: string): string {
  const address = environment["VAULT_ADDR"];
  if (address === undefined) throw new SecretTrouble("not-usable", "VAULT_ADDR is not set on the management host");
  const [mount = "", ...rest] = path.split("/");
  return `${address.replace(/\/$/, "")}/v1/${mount}/data/${rest.join("/")}`;
}

function tokenOf(environment: Environment): string {
  const file = environment["VAULT_TOKEN_FILE"];
  try {
    const token = file === undefined ? environment["VAULT_TOKEN"] : readFileSync(file, "utf8").trim();
    if (token) return token;
  } catch {
    throw new SecretTrouble("not-usable", "VAULT_TOKEN_FILE cannot be read");
  }
  throw new SecretTrouble("not-usable", "VAULT_TOKEN is not set on the management host");
}

async function ask(url: string, environment: Environment): Promise<unknown> {
  const headers = { "x-vault-token": tokenOf(environment), "x-vault-request": "true" };
  let response: Response;
  try {
    response = await fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new SecretTrouble("unavailable", "Vault does not answer");
  }
  if (!response.ok) {
    const isPassing = response.status >= 500 || response.status === 429;
    throw new SecretTrouble(isPassing ? "unavailable" : "not-usable", `Vault says ${response.status}`);
  }
  return memberAt(await response.json().catch(() => null), "data");
}

function memberAt(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function wordOf(value: unknown, ...path: readonly string[]): string | null {
  const found = path.reduce(memberAt, value);
  return typeof found === "number" || typeof found === "string" ? String(found) : null;
}
