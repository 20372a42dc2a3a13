import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import type { GitHub } from "./open-github.ts";
import type { InstalledApp } from "./seed.ts";
import type { Level } from "./world.ts";

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** GitHub's own client, as it comes: one request a call, nothing retried. */
export function clientOf(github: Pick<GitHub, "url">, token?: string): Octokit["rest"] {
  const auth = token === undefined ? {} : { auth: token };
  return new Octokit({ baseUrl: github.url, log: SILENT, ...auth }).rest;
}

/** An App's, by its key: GitHub's client gets its token by itself. */
export function appClientOf(github: Pick<GitHub, "url">, { app, privateKey }: InstalledApp): Octokit["rest"] {
  const auth = { appId: app.id, privateKey, installationId: app.installationId, log: SILENT };
  return new Octokit({ baseUrl: github.url, log: SILENT, authStrategy: createAppAuth, auth }).rest;
}

/** What a workflow that may write everywhere gets. */
export const ALL: Readonly<Record<string, Level>> = {
  actions: "write",
  checks: "write",
  contents: "write",
  issues: "write",
  pull_requests: "write",
  statuses: "write",
};

/** `200`, or GitHub's refusal: `422 Validation Failed: …`. */
export async function outcomeOf(request: Promise<{ readonly status: number }>): Promise<string> {
  try {
    return String((await request).status);
  } catch (error) {
    return error instanceof Error && "status" in error ? `${String(error.status)} ${error.message}` : String(error);
  }
}
