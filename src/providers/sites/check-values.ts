/** Values that fit their pattern and can be meant by nobody. */
import type { Finding, Path, Resource } from "../../estate/resource.ts";
import type { ApplianceSiteSpec } from "../../generated/documents.ts";

type Words = Omit<Finding, "resource" | "path">;

export function* checkValues(site: Resource<ApplianceSiteSpec>): Generator<Finding> {
  const { apiEndpoint, goAgent, appliances } = site.spec;
  const at = (path: Path, words: Words): Finding => ({ ...words, resource: site, path: ["spec", ...path] });
  if (!URL.canParse(apiEndpoint))
    yield at(["apiEndpoint"], {
      severity: "error",
      code: "bad-endpoint",
      message: `${apiEndpoint} is no address that can be asked`,
      hint: "https://HOST, or https://HOST:PORT with a port up to 65535",
    });
  const host = goAgent === undefined ? null : goAgent.listen.slice(0, goAgent.listen.lastIndexOf(":"));
  if (host !== null && !isAddress(host))
    yield at(["goAgent", "listen"], {
      severity: "error",
      code: "bad-address",
      message: `${host} is no address of a machine`,
      hint: "0.0.0.0:50051 listens at all of them",
    });
  const reader = site.spec.credentials.find(({ name }) => name === site.spec.domain.credentialsRef);
  if (reader?.type === "winrm" || reader?.type === "local_admin")
    yield at(["domain", "credentialsRef"], {
      severity: "warning",
      code: "not-of-the-domain",
      message: `${reader.name} is declared as ${reader.type}, and the directory is opened by a domain's account`,
      hint: "name one of type domain_admin or service_account",
    });
  if (appliances.length === 0)
    yield at(["appliances"], {
      severity: "notice",
      code: "no-appliances",
      message: "the site has no appliance: nobody will report from it",
    });
}

function isAddress(host: string): boolean {
  if (host.startsWith("[")) return URL.canParse(`http://${host}`);
  const parts = host.split(".");
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}
