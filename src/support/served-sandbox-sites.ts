/**
 * Where a daemon in the sandbox says that it serves the sample's sites itself: commands beside it then speak to its server,
 * which knows the appliances, and not to one of their own, which does not.
 */
import { readFileSync, rmSync } from "node:fs";
import { replaceFile } from "./replace-file.ts";

/** Names the file; set in the sandbox's world alone. */
const VARIABLE = "REEVE_SANDBOX_SITES";

export type SitesEnvironment = Readonly<Record<"REEVE_SITES_SERVER" | "REEVE_SITES_SERVER_TOKEN", string>>;

export function sandboxSitesFile(file: string): Readonly<Record<string, string>> {
  return { [VARIABLE]: file };
}

export function isInSandbox(environment: Readonly<Record<string, string | undefined>>): boolean {
  return (environment[VARIABLE] ?? "") !== "";
}

/** Outside the sandbox nothing is said. Ends with the returned call. */
export function publishSandboxSites(
  environment: Readonly<Record<string, string | undefined>>,
  { REEVE_SITES_SERVER, REEVE_SITES_SERVER_TOKEN }: SitesEnvironment,
): () => void {
  const file = environment[VARIABLE] ?? "";
  if (file === "") return () => undefined;
  replaceFile(file, JSON.stringify({ REEVE_SITES_SERVER, REEVE_SITES_SERVER_TOKEN }), 0o600);
  return () => rmSync(file, { force: true });
}

/** Null where nobody serves them: a daemon that was killed has left its file, and does not answer. */
export async function findSandboxSites(file: string): Promise<SitesEnvironment | null> {
  try {
    const said = JSON.parse(readFileSync(file, "utf8")) as SitesEnvironment;
    const answer = await fetch(`${said.REEVE_SITES_SERVER}/api/operator/sites`, {
      headers: { authorization: `Bearer ${said.REEVE_SITES_SERVER_TOKEN}` },
      signal: AbortSignal.timeout(2000),
    });
    return answer.ok ? said : null;
  } catch {
    return null;
  }
}
