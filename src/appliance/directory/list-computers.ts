/** All enabled computers of a domain, in pages; all of them, or none and the reason why. */
import { type Client, InvalidCredentialsError, ResultCodeError } from "ldapts";
import { type Computer, PAGE_COMPUTERS } from "../../protocol/bodies.ts";
import { withDirectory } from "../../protocol/directory/open-directory.ts";
import type { SealedCredential } from "../../protocol/seal.ts";
import type { FoundDomain } from "../domain/find-domain.ts";
import type { DirectoryServer } from "../domain/find-servers.ts";
import { BINARY_ATTRIBUTES, COMPUTER_ATTRIBUTES, COMPUTER_FILTER, isExcluded, readComputer } from "./computer.ts";

export interface Listing {
  readonly found: FoundDomain;
  readonly security: "ldaps" | "starttls";
  readonly authority: string | null;
  readonly credential: Pick<SealedCredential, "username" | "password">;
  readonly exclude: readonly string[];
  readonly signal: AbortSignal;
}

export type ListTroubleKind = "rejected" | "unreachable";

export class ListTrouble extends Error {
  override readonly name = "ListTrouble";
  readonly kind: ListTroubleKind;

  constructor(kind: ListTroubleKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

const MOST_ASKED = 3;

/** Sorted by name. One server after the other, from the start each time: half a list is none. */
export async function listComputers(listing: Listing): Promise<readonly Computer[]> {
  const { credential, found, signal } = listing;
  // Some servers let anybody in who brings no password.
  if (credential.password === "") throw new ListTrouble("rejected", "the credential has no password");
  const troubles: string[] = [];
  for (const server of found.servers.slice(0, MOST_ASKED)) {
    try {
      return await listAt(server, listing);
    } catch (error) {
      signal.throwIfAborted();
      // Asked of every server, a wrong password would lock the account.
      if (error instanceof InvalidCredentialsError)
        throw new ListTrouble("rejected", `${server.host} refuses the credential`, error);
      troubles.push(`${server.host}: ${explain(error)}`);
    }
  }
  throw new ListTrouble("unreachable", troubles.join("; ") || "no server is known");
}

async function listAt(server: DirectoryServer, listing: Listing): Promise<readonly Computer[]> {
  const { security, authority, credential, signal } = listing;
  const port = security === "ldaps" ? 636 : server.port;
  return withDirectory({ ...server, port, security, authority, signal }, async (client) => {
    await client.bind(credential.username, credential.password);
    return readPages(client, listing);
  });
}

async function readPages(client: Client, { found, exclude }: Listing): Promise<readonly Computer[]> {
  const all = new Map<string, Computer>();
  const pages = client.searchPaginated(found.defaultNamingContext, {
    scope: "sub",
    filter: COMPUTER_FILTER,
    paged: { pageSize: PAGE_COMPUTERS },
    attributes: [...COMPUTER_ATTRIBUTES],
    explicitBufferAttributes: [...BINARY_ATTRIBUTES],
  });
  for await (const { searchEntries } of pages) {
    for (const entry of searchEntries) {
      const computer = readComputer(entry);
      if (computer !== null && !isExcluded(computer.name, exclude)) all.set(computer.objectGuid, computer);
    }
  }
  return [...all.values()].toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}

/** In words of who set it up, where the cause is one that they can mend. */
const WORDS: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not signed by the authority of domain.ldap.caRef",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is not signed by the authority of domain.ldap.caRef",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is its own: name it by domain.ldap.caRef",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate bears another name",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ECONNREFUSED: "it does not listen there",
};

function explain(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known = WORDS[code];
  if (known !== undefined) return `${known} (${code})`;
  if (error instanceof ResultCodeError) return `${error.name} (${error.code})`;
  const text = error instanceof Error ? error.message : String(error);
  return /^(Connection closed|Socket error)/.test(text) ? "the connection was lost" : text;
}
