import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "ldapts";
import type { PolicyDomainServer } from "../../../../generated/documents.ts";
import { withDirectory } from "../../../../protocol/directory/open-directory.ts";
import { resolvesSecrets } from "../../../../protocol/secrets/resolve-secret.ts";
import { SecretTrouble } from "../../../../protocol/secrets/secret-source.ts";
import type { Session } from "../../../provider.ts";
import { pathTrouble } from "../published-folder.ts";
import { findObject, type ObjectEntry, raiseVersion } from "./directory-object.ts";
import { DomainTrouble, type DomainVerdict } from "./domain-trouble.ts";
import { explainDirectory } from "./explain-directory.ts";
import { isOfDomain, kerberosConfig, kerberosConfigPath } from "./kerberos-config.ts";
import { OBJECT_FILE_ORDER, OBJECT_FILES, type ObjectFiles, type ObjectReading } from "./object.ts";
import type { DomainTarget, PolicyDomains, PolicyDomainsWriter } from "./policy-domains.ts";
import { getFiles, putFiles, renameFile, type SmbRoom } from "./smb-client.ts";

const LDAPS_PORT = 636;

export function openDomainsReader(session: Session): PolicyDomains {
  return { readObject: (target) => readObject(session, target) };
}

export function openDomainsWriter(session: Session): PolicyDomainsWriter {
  return {
    ...openDomainsReader(session),
    stage: (target, { reading, files }, changed) =>
      inRoom({ session, target, host: reading.server }, async (room) => {
        const staged = changed.map((file) => [`${remoteOf(reading, file)}.new`, file] as const);
        for (const file of changed) await writeFile(join(room.folder, file), files[file], { mode: 0o600 });
        await putFiles(room, new Map(staged));
      }),
    replace: (target, { reading }, file) =>
      inRoom({ session, target, host: reading.server }, async (room) => {
        const remote = remoteOf(reading, file);
        await renameFile(room, `${remote}.new`, remote);
      }),
    raise: async (target, push) => {
      const password = await passwordOf(session, target);
      const server = serverOf(target, push.reading.server);
      await inDirectory({ session, target, password }, server, (client) => raiseVersion(client, push));
    },
  };
}

interface Login {
  readonly session: Session;
  readonly target: DomainTarget;
  readonly password: string;
}

/** The first controller that answers; its own files and no other's, since controllers differ while they replicate. */
async function readObject(session: Session, target: DomainTarget): Promise<ObjectReading> {
  const { domain, object } = target;
  const login = { session, target, password: await passwordOf(session, target) };
  const { server, entry } = await firstAnswer(login, (client) => findObject(client, domain.name, object));
  const files = await inRoom({ session, target, host: server.host }, (room) => readFiles(room, entry));
  return { server: server.host, ...entry, files };
}

async function firstAnswer(
  login: Login,
  ask: (client: Client) => Promise<ObjectEntry>,
): Promise<{ readonly server: PolicyDomainServer; readonly entry: ObjectEntry }> {
  const troubles: DomainVerdict[] = [];
  for (const server of login.target.domain.servers) {
    try {
      return { server, entry: await inDirectory(login, server, ask) };
    } catch (error) {
      // Asked of every server, a wrong password would lock the account.
      if (!(error instanceof DomainTrouble) || !MAY_BE_BETTER_ELSEWHERE.has(error.verdict.code)) throw error;
      troubles.push(error.verdict);
    }
  }
  const [first] = troubles;
  if (first === undefined) throw new TypeError("a domain names no server");
  throw new DomainTrouble({ ...first, message: troubles.map(({ message }) => message).join("; ") });
}

const MAY_BE_BETTER_ELSEWHERE: ReadonlySet<string> = new Set(["domain-unreachable", "domain-certificate"]);

async function readFiles(room: SmbRoom, entry: Pick<ObjectEntry, "path">): Promise<ObjectFiles> {
  const wanted = new Map(OBJECT_FILE_ORDER.map((file) => [remoteOf(entry, file), file] as const));
  const got: readonly string[] = await getFiles(room, wanted);
  const read = async (file: (typeof OBJECT_FILE_ORDER)[number]): Promise<Uint8Array | null> =>
    got.includes(file) ? new Uint8Array(await readFile(join(room.folder, file))) : null;
  return { marker: await read("marker"), registryPol: await read("registryPol"), gptIni: await read("gptIni") };
}

function remoteOf({ path }: Pick<ObjectEntry, "path">, file: keyof ObjectFiles): string {
  return `${path}\\${OBJECT_FILES[file]}`;
}

interface Place {
  readonly session: Session;
  readonly target: DomainTarget;
  readonly host: string;
}

/** A private folder for as long as `work` takes; no password is ever in it. */
async function inRoom<T>({ session, target, host }: Place, work: (room: SmbRoom) => Promise<T>): Promise<T> {
  const password = await passwordOf(session, target);
  const { address = null } = serverOf(target, host);
  const folder = await mkdtemp(join(tmpdir(), "reeve-gpo-"));
  const { environment, clock, signal } = session;
  const { username } = target.domain;
  try {
    const kerberos = environment["KRB5_CONFIG"] ?? (await writeKerberosConfig(target, address, folder));
    return await work({ login: { host, address, username, password, kerberos }, folder, environment, clock, signal });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeKerberosConfig(
  { domain }: DomainTarget,
  address: string | null,
  folder: string,
): Promise<string | null> {
  if (address === null || !isOfDomain(domain.username, domain.name)) return null;
  const file = join(folder, "krb5.conf");
  await writeFile(file, kerberosConfig({ domain: domain.name, address }), { mode: 0o600 });
  return kerberosConfigPath(file);
}

function serverOf({ domain }: DomainTarget, host: string): PolicyDomainServer {
  const found = domain.servers.find((server) => server.host === host);
  if (found === undefined) throw new TypeError(`${host} is no server of ${domain.name}`);
  return found;
}

async function inDirectory<T>(
  { session, target, password }: Login,
  { host, address = host }: PolicyDomainServer,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const authority = readAuthority(session.root, target.domain.authority);
  const { username } = target.domain;
  const opening = { host, address, port: LDAPS_PORT, security: "ldaps", authority, signal: session.signal } as const;
  try {
    return await withDirectory(opening, async (client) => {
      await client.bind(username, password);
      return work(client);
    });
  } catch (error) {
    session.signal.throwIfAborted();
    throw error instanceof DomainTrouble ? error : explainDirectory(error, { host, username });
  }
}

function readAuthority(root: string, file: string | undefined): string | null {
  if (file === undefined) return null;
  const trouble = pathTrouble(root, file);
  const text = trouble === null ? readText(join(root, file)) : null;
  if (text?.includes("-----BEGIN CERTIFICATE-----") === true && !text.includes("PRIVATE KEY")) return text;
  throw new DomainTrouble({
    code: "domain-authority",
    failure: "invalid",
    message: `${file}: ${trouble ?? (text === null ? "it cannot be read" : "it is no certificate in PEM, and nothing else")}`,
    next: "put the authority's certificate into the repository; it is public, its key is not",
  });
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** Resolved each time: it is kept nowhere. */
async function passwordOf(session: Session, { domain, allowed }: DomainTarget): Promise<string> {
  const { environment } = session;
  const resolve = resolvesSecrets({ environment, allowed: () => allowed, identity: "" });
  try {
    const { value } = await resolve(domain.passwordFrom);
    if (!/[\u0000-\u001f\u007f]/.test(value)) return value;
    throw new SecretTrouble("not-usable", "the password holds a character that no password of a domain can hold");
  } catch (error) {
    if (!(error instanceof SecretTrouble)) throw error;
    throw new DomainTrouble({
      code: "domain-password",
      failure: error.kind === "unavailable" ? "retryable" : "invalid",
      message: error.message,
      next: "spec.publish.domain.passwordFrom says where the password is, and providers.sites.secrets of the estate what may be read",
    });
  }
}
