import { InvalidCredentialsError, ResultCodeError } from "ldapts";
import { DomainTrouble, type DomainVerdict } from "./domain-trouble.ts";

const CERTIFICATES: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "is signed by an authority that is not trusted",
  SELF_SIGNED_CERT_IN_CHAIN: "is signed by an authority that is not trusted",
  DEPTH_ZERO_SELF_SIGNED_CERT: "is its own authority",
  CERT_SIGNATURE_FAILURE: "is not signed by the authority that it names",
  ERR_TLS_CERT_ALTNAME_INVALID: "bears another name",
  CERT_HAS_EXPIRED: "has expired",
};

/** What went wrong with a directory, in words of who can mend it. */
export function explainDirectory(
  error: unknown,
  { host, username }: { readonly host: string; readonly username: string },
): DomainTrouble {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const certificate = CERTIFICATES[code];
  const say = (verdict: DomainVerdict): DomainTrouble => new DomainTrouble(verdict, error);
  if (error instanceof InvalidCredentialsError)
    return say({
      code: "domain-credentials",
      failure: "denied",
      message: `${host} refuses the password of ${username}`,
      next: "put the account's password where spec.publish.domain.passwordFrom says, or correct username",
    });
  if (certificate !== undefined)
    return say({
      code: "domain-certificate",
      failure: "invalid",
      message: `the certificate of ${host} ${certificate} (${code})`,
      next: "spec.publish.domain.authority names the authority's certificate, and host the name that the certificate bears",
    });
  if (error instanceof ResultCodeError)
    return say({
      code: "domain-refusal",
      failure: "denied",
      message: `${host} says ${error.name} (${error.code})`,
      next: `let ${username} edit the object: Group Policy Management, Delegation`,
    });
  return say({
    code: "domain-unreachable",
    failure: "retryable",
    message: `${host} cannot be reached${code === "" ? "" : ` (${code})`}`,
    next: "is the server running, and may this host reach its ports 636 and 445?",
  });
}
