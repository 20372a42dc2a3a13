/** A connection to a directory server, for as long as `work` takes. */
import { connect, isIP } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { Client } from "ldapts";

export interface Opening {
  /** The name that its certificate must bear. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly security: "ldaps" | "starttls" | "none";
  /** PEM; null for the public authorities. */
  readonly authority: string | null;
  readonly signal: AbortSignal;
}

const CONNECT_MS = 5000;
const ANSWER_MS = 30_000;

/**
 * One connection and no other: the client library opens a new one by itself when one breaks, and goes on in it as nobody, to
 * whom a directory shows nothing. The socket is let go of whatever happens: it would keep the process alive.
 */
export async function withDirectory<T>(opening: Opening, work: (client: Client) => Promise<T>): Promise<T> {
  const { security, signal } = opening;
  signal.throwIfAborted();
  const tlsOptions = tlsOf(opening);
  const client = new Client({
    url: `${security === "ldaps" ? "ldaps" : "ldap"}://${hostPart(opening.address)}:${opening.port}`,
    connectTimeout: CONNECT_MS,
    timeout: ANSWER_MS,
    tlsOptions,
    createConnection: onlyOnce(connect),
    createSecureConnection: onlyOnce(connectTls),
  });
  const close = (): Promise<void> => client.unbind().catch(() => undefined);
  const onAbort = (): void => void close();
  signal.addEventListener("abort", onAbort);
  try {
    if (security === "starttls") await client.startTLS(tlsOptions);
    return await work(client);
  } finally {
    signal.removeEventListener("abort", onAbort);
    await close();
  }
}

function tlsOf({ host, authority }: Opening): ConnectionOptions {
  const name = isIP(host) === 0 ? { servername: host } : {};
  return { minVersion: "TLSv1.2", ...name, ...(authority === null ? {} : { ca: authority }) };
}

function hostPart(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

function onlyOnce<F extends (...args: never[]) => unknown>(make: F): F {
  let isUsed = false;
  const once = (...args: Parameters<F>): unknown => {
    if (isUsed) throw new Error("the connection was lost");
    isUsed = true;
    return make(...args);
  };
  return once as F;
}
