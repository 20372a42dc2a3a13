/** Many appliances in one process: what they send is signed beforehand, so that signing costs the server's figures nothing. */
import { randomBytes } from "node:crypto";
import { Agent, type RequestOptions, request } from "node:http";
import { setTimeout } from "node:timers/promises";
import { makeSealKeys } from "../src/protocol/seal.ts";
import { makeSignKeys } from "../src/protocol/sign-keys.ts";
import { signRequest } from "../src/protocol/signed-request.ts";
import { checkinBody, type Machine } from "../test/support/site-server.ts";
import type { Enrolled } from "./sites-world.ts";

const PATH = "/api/appliances/checkin";
const CONNECTIONS = 32;
const PER_SITE = 10;

/** A machine that has been told what its configuration is. */
export interface Told extends Machine {
  configHash: string | null;
}

export interface Prepared {
  readonly machine: Told;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function makeMachines(count: number): Promise<readonly Told[]> {
  const seal = await makeSealKeys();
  return Array.from({ length: count }, (_, index) => {
    const id = `site-${Math.floor(index / PER_SITE)}:box-${index % PER_SITE}`;
    return { id, sign: makeSignKeys(), seal, seq: 0, run: randomBytes(16).toString("base64url"), configHash: null };
  });
}

export function enrolledOf(machines: readonly Told[]): readonly Enrolled[] {
  return machines.map(({ id, sign, seal }) => ({ id, signKey: sign.publicKey, recipient: seal.recipient }));
}

/** One check-in of each. */
export function prepare(machines: readonly Told[], timestamp: number): readonly Prepared[] {
  return machines.map((machine) => {
    machine.seq += 1;
    const body = JSON.stringify(checkinBody(machine, { configHash: machine.configHash }));
    const nonce = randomBytes(16).toString("base64url");
    const facts = { method: "POST", path: PATH, body, applianceId: machine.id, timestamp, nonce };
    const headers = { ...signRequest(facts, machine.sign), "content-type": "application/json" };
    return { machine, headers, body };
  });
}

/** Milliseconds from when both were due. */
export interface Pair {
  readonly checkin: number;
  readonly bare: number;
}

export interface Client {
  /** As fast as answers come; the milliseconds of each. */
  send(all: readonly Prepared[]): Promise<readonly number[]>;
  /** So many a second, whether answers come or not; beside each a request that neither reads nor writes anything. */
  sendPaced(all: readonly Prepared[], perSecond: number): Promise<readonly Pair[]>;
  close(): void;
}

export function openClient(url: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const post = async (one: Prepared, due = performance.now()): Promise<number> => {
    const text = await ask(`${url}${PATH}`, { method: "POST", agent, headers: one.headers }, one.body);
    one.machine.configHash = (JSON.parse(text) as { readonly configHash: string }).configHash;
    return performance.now() - due;
  };
  const look = async (due: number): Promise<number> => {
    await ask(`${url}/healthz`, { agent });
    return performance.now() - due;
  };
  return {
    send: async (all) => {
      const queue = all[Symbol.iterator]();
      const times: number[] = [];
      const work = async (): Promise<void> => {
        for (const one of queue) times.push(await post(one));
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, work));
      return times;
    },
    sendPaced: async (all, perSecond) => {
      const began = performance.now();
      const dueOf = (index: number): number => began + (index * 1000) / perSecond;
      const sending: Promise<Pair>[] = [];
      for (const one of all) {
        const due = dueOf(sending.length);
        if (due > performance.now()) await setTimeout(due - performance.now());
        sending.push(Promise.all([post(one, due), look(due)]).then(([checkin, bare]) => ({ checkin, bare })));
      }
      return Promise.all(sending);
    },
    close: () => agent.destroy(),
  };
}

/** Anything but a 200 makes the figures worthless. */
function ask(url: string, options: RequestOptions, body = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("error", reject).on("end", () => {
        if (response.statusCode !== 200) return reject(new Error(`${response.statusCode}: ${text}`));
        resolve(text);
      });
    });
    sent.on("error", reject).end(body);
  });
}
