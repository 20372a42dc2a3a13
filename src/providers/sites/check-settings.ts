/** Where the site server is, and where appliances find it: secrets travel there. */
import type { Finding, Path, Resource } from "../../estate/resource.ts";
import type { ApplianceSiteSpec } from "../../generated/documents.ts";
import type { Desired } from "../provider.ts";
import { settingsOf } from "./topology.ts";

/** https, or http within this machine. */
function isSafeUrl(text: string): boolean {
  if (text.startsWith("https://")) return true;
  const host = /^http:\/\/(\[[0-9a-f:]+\]|[^/:]+)(:|\/|$)/i.exec(text)?.[1] ?? "";
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(host);
}

export function* checkSiteSettings(desired: Desired): Generator<Finding> {
  const { document } = desired.estate;
  const { server, tokenFrom } = settingsOf(desired);
  if (document === undefined || server === undefined) return;
  const at = (...path: Path) =>
    ({ severity: "error", resource: document, path: ["spec", "providers", "sites", ...path] }) as const;
  if (!isSafeUrl(server))
    yield {
      ...at("server"),
      code: "plain-http",
      message: `${server} is not encrypted`,
      hint: "use https:// (http:// is for this machine alone)",
    };
  if (tokenFrom === undefined)
    yield {
      ...at(),
      code: "token-missing",
      message: "the site server wants an operator's token",
      hint: "tokenFrom: { env: REEVE_SITES_TOKEN }",
    };
  else if (tokenFrom.env === undefined && tokenFrom.file === undefined)
    yield {
      ...at("tokenFrom"),
      code: "token-source",
      message: "the token comes from a file or a variable where Reeve runs",
      hint: "tokenFrom: { env: REEVE_SITES_TOKEN }",
    };
}

export function* checkEndpoints(site: Resource<ApplianceSiteSpec>): Generator<Finding> {
  const { apiEndpoint } = site.spec;
  if (isSafeUrl(apiEndpoint)) return;
  const message = `${apiEndpoint} is not encrypted, and appliances are configured over it`;
  const hint = "use https:// (http:// is for this machine alone)";
  yield { severity: "error", code: "plain-http", message, hint, resource: site, path: ["spec", "apiEndpoint"] };
}
