/**
 * One DNS question over UDP, and over TCP where the answer does not fit. Own, since the resolver in Node refuses the compressed
 * targets that Samba and many routers answer SRV questions with (c-ares 1.34.7 and later).
 */
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import { type Answer, type DecodedPacket, decode, encode, RECURSION_DESIRED } from "dns-packet";
import type { Resolver } from "./network.ts";

export interface Question {
  readonly name: string;
  readonly type: "SRV" | "A";
}

export type DnsTroubleKind = "timeout" | "unreachable" | "not-found" | "no-data" | "server-failed";

export class DnsTrouble extends Error {
  override readonly name = "DnsTrouble";
  readonly kind: DnsTroubleKind;

  constructor(kind: DnsTroubleKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface DnsPatience {
  readonly timeoutMs: number;
  readonly tries: number;
}

const PATIENCE: DnsPatience = { timeoutMs: 1500, tries: 2 };

/** Answers of the asked type, and what came along with them. */
export async function askDns(
  resolver: Resolver,
  question: Question,
  { timeoutMs, tries }: DnsPatience = PATIENCE,
): Promise<readonly Answer[]> {
  for (let left = tries; ; left -= 1) {
    try {
      const packet = await askOverUdp(resolver, question, timeoutMs);
      return answersOf(packet.flag_tc ? await askOverTcp(resolver, question, timeoutMs) : packet, question);
    } catch (error) {
      const isWorthATry = error instanceof DnsTrouble && error.kind === "timeout" && left > 1;
      if (!isWorthATry) throw error;
    }
  }
}

function answersOf(packet: DecodedPacket, { name, type }: Question): readonly Answer[] {
  const rcode = "rcode" in packet ? String(packet.rcode) : "NOERROR";
  if (rcode === "NXDOMAIN") throw new DnsTrouble("not-found", `${name} does not exist`);
  if (rcode !== "NOERROR") throw new DnsTrouble("server-failed", `${name}: ${rcode}`);
  const answers = packet.answers ?? [];
  if (!answers.some((answer) => answer.type === type)) throw new DnsTrouble("no-data", `${name} has no ${type}`);
  return [...answers, ...(packet.additionals ?? [])];
}

/** The number is random, and the kernel drops what comes from elsewhere: the socket is connected. */
function askOverUdp({ address, port }: Resolver, question: Question, timeoutMs: number): Promise<DecodedPacket> {
  const id = randomInt(0x1_00_00);
  const socket = createSocket(isIPv6(address.split("%")[0] ?? "") ? "udp6" : "udp4");
  return new Promise<DecodedPacket>((resolve, reject) => {
    const timer = setTimeout(() => reject(timedOut(address, question)), timeoutMs);
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      settle();
    };
    socket.on("error", (error) => end(() => reject(unreachable(address, error))));
    socket.on("message", (bytes) => {
      const packet = readPacket(bytes, id, question);
      if (packet !== null) end(() => resolve(packet));
    });
    socket.connect(port, address, () => socket.send(encodeQuestion(id, question)));
  }).finally(() => socket.close());
}

function encodeQuestion(id: number, { name, type }: Question): Buffer {
  return encode({ type: "query", id, flags: RECURSION_DESIRED, questions: [{ name, type }] });
}

/** Null for what is no answer to this question: it may be garbage, or somebody's guess. The right one may still come. */
function readPacket(bytes: Buffer, id: number, { name, type }: Question): DecodedPacket | null {
  try {
    const packet = decode(bytes);
    const [asked] = packet.questions ?? [];
    const isOurs = packet.id === id && packet.type === "response" && asked?.type === type;
    return isOurs && asked.name.toLowerCase() === name.toLowerCase() ? packet : null;
  } catch {
    return null;
  }
}

function askOverTcp({ address, port }: Resolver, question: Question, timeoutMs: number): Promise<DecodedPacket> {
  const id = randomInt(0x1_00_00);
  const socket = connect({ host: address, port });
  return new Promise<DecodedPacket>((resolve, reject) => {
    let received = Buffer.alloc(0);
    socket.setTimeout(timeoutMs, () => reject(timedOut(address, question)));
    socket.on("error", (error) => reject(unreachable(address, error)));
    socket.on("end", () => reject(new DnsTrouble("server-failed", `${address} ended the answer too early`)));
    socket.on("data", (part) => {
      received = Buffer.concat([received, part]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const packet = readPacket(received.subarray(2, 2 + received.readUInt16BE(0)), id, question);
      if (packet === null) reject(new DnsTrouble("server-failed", `${address} answers nonsense`));
      else resolve(packet);
    });
    const bytes = encodeQuestion(id, question);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    socket.write(Buffer.concat([length, bytes]));
  }).finally(() => socket.destroy());
}

function timedOut(address: string, { name }: Question): DnsTrouble {
  return new DnsTrouble("timeout", `${address} does not answer for ${name}`);
}

function unreachable(address: string, error: Error): DnsTrouble {
  return new DnsTrouble("unreachable", `${address}: ${error.message}`);
}
