import { createAppAuth } from "@octokit/auth-app";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";
import { userError } from "../../support/user-error.ts";
import type { RepositoryName } from "../model.ts";

/** Who Reeve is at GitHub. */
export type Credentials =
  | { readonly kind: "token"; readonly token: string; readonly isWorkflowToken: boolean }
  | {
      readonly kind: "app";
      readonly appId: string;
      readonly privateKey: string;
      readonly installationId: string | null;
    };

export interface OctokitOptions {
  readonly credentials: Credentials;
  /** `https://api.github.com`, or a GitHub Enterprise server's `https://HOST/api/v3`. */
  readonly baseUrl: string;
  readonly repository: RepositoryName;
  /** One line for people: why it waits. */
  readonly onWait: (text: string) => void;
  readonly signal: AbortSignal;
}

const Client = Octokit.plugin(retry, throttling);

/** A limit is waited out twice and no longer than this: a job that sleeps for an hour helps nobody. */
const LONGEST_WAIT_SECONDS = 120;
const WAITS = 2;

/** GitHub's client with its own retries (reads and updates on 5xx) and its own pace. */
export async function openOctokit(options: OctokitOptions): Promise<Octokit> {
  const { credentials, baseUrl, onWait, signal } = options;
  const waitFor =
    (what: string) =>
    (seconds: number, ...[, , count]: readonly [object, object, number]): boolean => {
      if (seconds > LONGEST_WAIT_SECONDS || count >= WAITS) return false;
      onWait(`GitHub's ${what} is reached: waiting ${seconds} s`);
      return true;
    };
  const common = {
    baseUrl,
    userAgent: "reeve",
    request: { signal, fetch: wholeFetch },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    throttle: {
      onRateLimit: waitFor("rate limit"),
      onSecondaryRateLimit: waitFor("secondary rate limit"),
    },
  };
  if (credentials.kind === "token") return new Client({ ...common, auth: credentials.token });
  const { appId, privateKey } = credentials;
  const app = new Client({ ...common, authStrategy: createAppAuth, auth: { appId, privateKey } });
  const installationId = credentials.installationId ?? (await findInstallation(app, options.repository));
  return new Client({ ...common, authStrategy: createAppAuth, auth: { appId, privateKey, installationId } });
}

async function findInstallation(app: Octokit, { owner, name }: RepositoryName): Promise<string> {
  try {
    const { data } = await app.rest.apps.getRepoInstallation({ owner, repo: name });
    return String(data.id);
  } catch (cause) {
    throw userError(
      "no-installation",
      `the GitHub App is not installed on ${owner}/${name}: ${cause instanceof Error ? cause.message : "no answer"}`,
      "install it there, or set REEVE_GITHUB_APP_INSTALLATION",
    );
  }
}

/** An answer that breaks off in its middle is none: Octokit would hand on what came of it as a text. */
async function wholeFetch(...request: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...request);
  if (!(response.headers.get("content-type") ?? "").includes("json")) return response;
  const text = await response.clone().text();
  if (text !== "" && !isJson(text)) throw new TypeError("the answer broke off");
  return response;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function silent(): void {
  // Octokit's own log lines would repeat what onWait says.
}
