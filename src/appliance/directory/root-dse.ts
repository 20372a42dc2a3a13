/** What a directory server says of itself to anybody. */

import { oneText } from "../../protocol/directory/attributes.ts";
import { withDirectory } from "../../protocol/directory/open-directory.ts";
import type { DirectoryServer } from "../domain/find-servers.ts";

/** Its default naming context; null where it does not answer, or is no domain's server. */
export async function readRootDse(
  { host, address, port }: DirectoryServer,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return await withDirectory({ host, address, port, security: "none", authority: null, signal }, async (client) => {
      const { searchEntries } = await client.search("", {
        scope: "base",
        filter: "(objectClass=*)",
        attributes: ["defaultNamingContext", "dnsHostName"],
      });
      return oneText(searchEntries[0]?.["defaultNamingContext"]);
    });
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
