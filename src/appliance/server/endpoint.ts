/** Addresses of site servers. */
import { userError } from "../../support/user-error.ts";

/** Without the slash at the end. A code in clear over a network is a code given away: http is for this machine alone. */
export function readEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isWeb = url !== null && (url.protocol === "https:" || url.protocol === "http:");
  if (!isWeb || url.username !== "" || url.search !== "" || url.hash !== "")
    throw userError(
      "bad-server",
      `"${text}" is no address of a site server`,
      "write --server https://mgmt.example.net",
    );
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    throw userError("bad-server", `${text} is not encrypted`, `write https://${url.host}`);
  return url.href.replace(/\/+$/, "");
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}
