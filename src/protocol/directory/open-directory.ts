/** A connection to a directory server, for as long as `work` takes. */
import { connect, isIP, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
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
const GOODBYE_MS = 2000;

/**
 * One connection and no other: the client library opens a new one by itself when one breaks, and goes on in it as nobody, to
 * whom a directory shows nothing. Nor does it see the end of one that StartTLS made, so it is watched here. The socket is let
 * go of whatever happens: it would keep the process alive.
 */
export async function withDirectory<T>(opening: Opening, work: (client: Client) => Promise<T>): Promise<T> {
  const { security, signal } = opening;
  signal.throwIfAborted();
  const tlsOptions = tlsOf(opening);
  const line = watchLine(signal);
  const client = new Client({
    url: `${security === "ldaps" ? "ldaps" : "ldap"}://${hostPart(opening.address)}:${opening.port}`,
    connectTimeout: CONNECT_MS,
    timeout: ANSWER_MS,
    // With them the library speaks TLS from the start, whatever the address says.
    ...(security === "ldaps" ? { tlsOptions } : {}),
    createConnection: onlyOnce(connect, line.watch),
    createSecureConnection: onlyOnce(connectTls, line.watch),
  });
  const whole = async (): Promise<T> => {
    if (security === "starttls") await client.startTLS(tlsOptions);
    return work(client);
  };
  try {
    return await Promise.race([whole(), line.lost]);
  } finally {
    const goodbye = Promise.race([client.unbind(), line.lost, setTimeout(GOODBYE_MS, undefined, { ref: false })]);
    await goodbye.catch(() => undefined);
    line.close();
  }
}

interface Line {
  /** Rejects once a socket is closed, or the signal says stop. */
  readonly lost: Promise<never>;
  watch(socket: Socket): void;
  close(): void;
}

function watchLine(signal: AbortSignal): Line {
  const { promise: lost, reject } = Promise.withResolvers<never>();
  const sockets: Socket[] = [];
  const onAbort = (): void => reject(signal.reason);
  lost.catch(() => undefined);
  signal.addEventListener("abort", onAbort);
  return {
    lost,
    watch: (socket) => {
      sockets.push(socket);
      // What went wrong says more than that it is over: whoever waits for it hears of it first.
      socket.once("close", () => setImmediate(() => reject(new Error("the connection was lost"))));
    },
    close: () => {
      signal.removeEventListener("abort", onAbort);
      for (const socket of sockets) socket.destroy();
    },
  };
}

function tlsOf({ host, authority }: Opening): ConnectionOptions {
  const name = isIP(host) === 0 ? { servername: host } : {};
  return { minVersion: "TLSv1.2", ...name, ...(authority === null ? {} : { ca: authority }) };
}

function hostPart(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

function onlyOnce<F extends (...args: never[]) => Socket>(make: F, watch: (socket: Socket) => void): F {
  let isUsed = false;
  const once = (...args: Parameters<F>): Socket => {
    if (isUsed) throw new Error("the connection was lost");
    isUsed = true;
    const socket = make(...args);
    watch(socket);
    return socket;
  };
  return once as F;
}
