/** Secrets are references, and only to what the estate allows on the management host. */
import type { Finding, Path, Resource } from "../../estate/resource.ts";
import type { ApplianceSiteSpec } from "../../generated/documents.ts";
import { isCertificate } from "../../protocol/certificate.ts";
import type { Desired } from "../provider.ts";
import { settingsOf } from "./topology.ts";

export function* checkSecrets(site: Resource<ApplianceSiteSpec>, desired: Desired): Generator<Finding> {
  const { environment, folders } = settingsOf(desired).secrets;
  for (const [index, { passwordFrom }] of site.spec.credentials.entries()) {
    const at = (key: string) =>
      ({
        severity: "error",
        resource: site,
        path: ["spec", "credentials", index, "passwordFrom", key] as Path,
      }) as const;
    const { env, file } = passwordFrom;
    if (env !== undefined && !environment.includes(env)) {
      const hint =
        "add it to providers.sites.secrets.environment of the estate, which is reviewed by other people than a site is";
      yield {
        ...at("env"),
        code: "secret-not-allowed",
        message: `the estate does not allow the variable ${env}`,
        hint,
      };
    }
    if (file !== undefined && !folders.some((folder) => isInside(file, folder))) {
      const hint = `allowed: ${folders.join(", ") || "none"} (providers.sites.secrets.folders of the estate)`;
      yield {
        ...at("file"),
        code: "secret-not-allowed",
        message: `${file} is in no folder that the estate allows`,
        hint,
      };
    }
  }
}

export function* checkAuthorities(site: Resource<ApplianceSiteSpec>): Generator<Finding> {
  for (const [index, { certificate, name }] of site.spec.authorities.entries()) {
    const path: Path = ["spec", "authorities", index, "certificate"];
    if (certificate.includes("PRIVATE KEY")) {
      const hint = "take it out, and replace the authority's key: it has been in the repository";
      yield {
        severity: "error",
        code: "secret-in-repository",
        message: `${name} holds a private key`,
        hint,
        resource: site,
        path,
      };
    } else if (!certificate.trim().startsWith("-----BEGIN CERTIFICATE-----"))
      yield {
        severity: "error",
        code: "no-certificate",
        message: `${name} is no certificate in PEM`,
        hint: "paste the authority's file whole, from -----BEGIN CERTIFICATE----- on, below `certificate: |`",
        resource: site,
        path,
      };
    else if (!isCertificate(certificate)) {
      const message = `${name} cannot be read as a certificate: appliances will trust no directory server by it`;
      const hint = "take it again from the authority";
      yield { severity: "warning", code: "unreadable-certificate", message, hint, resource: site, path };
    }
  }
}

function isInside(file: string, folder: string): boolean {
  return (
    file.startsWith(`${folder.replace(/\/$/, "")}/`) && !file.split("/").some((part) => part === ".." || part === ".")
  );
}
