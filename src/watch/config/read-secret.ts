import { readFileSync } from "node:fs";
import { userError } from "../../support/user-error.ts";
import type { SecretConfig } from "./config.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Read when it is needed and kept nowhere. `$CREDENTIALS_DIRECTORY/…` is where systemd's LoadCredential puts files. */
export function readSecret(secret: SecretConfig, environment: Environment): string {
  const value = secret.file === undefined ? environment[secret.env ?? ""] : readFile(secret.file, environment);
  const text = value?.trim() ?? "";
  if (text !== "") return text;
  throw userError("no-secret", `${secret.file ?? secret.env ?? "a secret"} holds nothing`, "set it, or name another");
}

function readFile(name: string, environment: Environment): string {
  const path = name.replace(/^\$CREDENTIALS_DIRECTORY(?=\/)/, environment["CREDENTIALS_DIRECTORY"] ?? "");
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw userError("no-secret", `${name} cannot be read`, "see that it is there and who may read it");
  }
}
