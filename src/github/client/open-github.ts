import type { Octokit } from "@octokit/rest";
import type { Calls } from "../../support/calls.ts";
import type { Actor, RepositoryName } from "../model.ts";
import { credentialsFrom } from "./credentials.ts";
import type { GitHubWriter } from "./github.ts";
import { type Credentials, openOctokit } from "./open-octokit.ts";
import { parseActor } from "./parse.ts";
import { type Connection, createReader } from "./reader.ts";
import { createWriter } from "./writer.ts";

export interface GitHubOptions {
  readonly repository: RepositoryName;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly calls: Calls;
  readonly onWait: (text: string) => void;
  readonly signal: AbortSignal;
}

/** The bot behind a workflow's own token, by its name on every GitHub; its id is github.com's. */
const ACTIONS_BOT = { login: "github-actions[bot]", id: 41_898_282, isBot: true } as const;

/** A workflow's token may not ask who it is; an App acts as the bot of its own name; a person's token may ask. */
function viewerOf(credentials: Credentials, octokit: Octokit): () => Promise<Actor> {
  const ask = async (): Promise<Actor> => {
    if (credentials.kind === "token") {
      if (credentials.isWorkflowToken) return ACTIONS_BOT;
      return parseActor((await octokit.rest.users.getAuthenticated()).data);
    }
    const { data: app } = await octokit.rest.apps.getAuthenticated();
    return parseActor((await octokit.rest.users.getByUsername({ username: `${app?.slug ?? ""}[bot]` })).data);
  };
  let answer: Promise<Actor> | null = null;
  return () => {
    answer ??= ask();
    return answer;
  };
}

async function connect(options: GitHubOptions): Promise<Connection> {
  const { environment, repository, calls, onWait, signal } = options;
  const credentials = credentialsFrom(environment);
  const baseUrl = environment["GITHUB_API_URL"] ?? "https://api.github.com";
  const octokit = await openOctokit({ credentials, baseUrl, repository, onWait, signal });
  return { octokit, repository, calls, viewer: viewerOf(credentials, octokit) };
}

export async function openGitHubWriter(options: GitHubOptions): Promise<GitHubWriter> {
  const connection = await connect(options);
  return createWriter(connection, createReader(connection));
}
