import type { Diagnostic } from "../support/diagnostic.ts";
import { UserError, userError } from "../support/user-error.ts";
import { openSandbox } from "./open-sandbox.ts";

/**
 * One question to the console of the sandbox that runs, or of one that is started for it on the saved state. That one's
 * clock stands still: looking at a sandbox must not move it.
 */
export async function askConsole(
  folder: string,
  request: { readonly path: string; readonly body?: object },
): Promise<Readonly<Record<string, unknown>>> {
  const sandbox = await openSandbox(folder, { factor: 0 });
  try {
    const response = await fetch(`${sandbox.endpoint}/_sandbox/${request.path}`, {
      method: request.body === undefined ? "GET" : "POST",
      headers: { "content-type": "application/json" },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
    const answer = (await response.json()) as Readonly<Record<string, unknown>>;
    if (response.ok) return answer;
    if (Array.isArray(answer["diagnostics"])) throw new UserError(answer["diagnostics"] as readonly Diagnostic[]);
    throw userError("console-refused", `the sandbox refused: ${String(answer["error"])}`);
  } finally {
    await sandbox.close();
  }
}
