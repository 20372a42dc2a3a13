import { readFileSync } from "node:fs";
import { userError } from "../../support/user-error.ts";
import type { Credentials } from "./open-octokit.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** From the environment alone: a GitHub App where one is named, else a token. Never from an argument or a document. */
export function credentialsFrom(environment: Environment): Credentials {
  const appId = environment["REEVE_GITHUB_APP_ID"] ?? "";
  if (appId !== "") {
    const installationId = environment["REEVE_GITHUB_APP_INSTALLATION"] ?? null;
    return { kind: "app", appId, privateKey: privateKeyFrom(environment), installationId };
  }
  const token = environment["GITHUB_TOKEN"] ?? environment["GH_TOKEN"] ?? "";
  if (token !== "") {
    // Workflow tokens begin with ghs_, as those of every installation do.
    const isWorkflowToken = environment["GITHUB_ACTIONS"] === "true" && token.startsWith("ghs_");
    return { kind: "token", token, isWorkflowToken };
  }
  throw userError(
    "no-github-token",
    "there is no GitHub token",
    "set GITHUB_TOKEN (in a workflow: env: { GITHUB_TOKEN: ${{ github.token }} }), or REEVE_GITHUB_APP_ID and REEVE_GITHUB_APP_KEY_FILE",
  );
}

function privateKeyFrom(environment: Environment): string {
  const direct = environment["REEVE_GITHUB_APP_KEY"] ?? "";
  if (direct !== "") return direct;
  const file = environment["REEVE_GITHUB_APP_KEY_FILE"] ?? "";
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw userError(
      "no-app-key",
      file === "" ? "the GitHub App has no key" : `the GitHub App's key ${file} cannot be read`,
      "set REEVE_GITHUB_APP_KEY, or name a file in REEVE_GITHUB_APP_KEY_FILE",
    );
  }
}
