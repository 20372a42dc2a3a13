import { createSocket, type Socket } from "node:dgram";
import { type AddressInfo, createServer } from "node:net";
import { type Answer, decode, encode, type Packet, TRUNCATED_RESPONSE } from "dns-packet";
import { afterEach, describe, expect, test } from "vitest";
import { askDns, DnsTrouble } from "../../src/appliance/domain/ask-dns.ts";
import { findServers, sortServers } from "../../src/appliance/domain/find-servers.ts";
import type { Resolver } from "../../src/appliance/domain/network.ts";

const NAME = "_ldap._tcp.dc._msdcs.robco.test";
const QUICK = { timeoutMs: 150, tries: 2 };
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

interface Asked {
  readonly id: number;
  readonly name: string;
  readonly type: string;
}

type Says = (asked: Asked, reply: (bytes: Buffer) => void, count: number) => void;

/** A resolver that says what it is told to. */
async function resolver(says: Says): Promise<Resolver> {
  const socket: Socket = createSocket("udp4");
  let count = 0;
  socket.on("message", (bytes, { port, address }) => {
    count += 1;
    says(askedOf(bytes), (answer) => socket.send(answer, port, address), count);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  closers.push(() => socket.close());
  return { address: "127.0.0.1", port: socket.address().port };
}

function askedOf(bytes: Buffer): Asked {
  const { id = 0, questions } = decode(bytes);
  return { id, name: questions?.[0]?.name ?? "", type: questions?.[0]?.type ?? "" };
}

function answer({ id, name, type }: Asked, answers: Answer[], over: Partial<Packet> = {}): Buffer {
  return encode({ type: "response", id, questions: [{ name, type: type as "SRV" }], answers, ...over });
}

function srv(target: string, priority = 0, weight = 100, port = 389): Answer {
  return { type: "SRV", name: NAME, data: { target, priority, weight, port } };
}

async function ask(says: Says): Promise<string> {
  return askDns(await resolver(says), { name: NAME, type: "SRV" }, QUICK).then(
    (answers) => answers.map((one) => (one.type === "SRV" ? one.data.target : one.type)).join(),
    (error: unknown) => (error instanceof DnsTrouble ? error.kind : String(error)),
  );
}

/** NXDOMAIN and the like stand in the low bits. */
const rcode = (value: number): Partial<Packet> => ({ flags: value });

test.each<{ name: string; says: Says; said: string }>([
  { name: "an answer", says: (asked, reply) => reply(answer(asked, [srv("dc1.robco.test")])), said: "dc1.robco.test" },
  { name: "no such name", says: (asked, reply) => reply(answer(asked, [], rcode(3))), said: "not-found" },
  { name: "no such record", says: (asked, reply) => reply(answer(asked, [])), said: "no-data" },
  { name: "a server that fails", says: (asked, reply) => reply(answer(asked, [], rcode(2))), said: "server-failed" },
  { name: "a server that refuses", says: (asked, reply) => reply(answer(asked, [], rcode(5))), said: "server-failed" },
  { name: "silence", says: () => undefined, said: "timeout" },
  {
    name: "the first question is lost",
    says: (asked, reply, count) => {
      if (count === 2) reply(answer(asked, [srv("dc1.robco.test")]));
    },
    said: "dc1.robco.test",
  },
  {
    name: "garbage, a guessed number, another question: passed over",
    says: (asked, reply) => {
      reply(Buffer.from("garbage"));
      reply(answer({ ...asked, id: (asked.id + 1) % 65_536 }, [srv("evil.test")]));
      reply(answer({ ...asked, name: "other.test" }, [srv("evil.test")]));
      reply(answer({ ...asked, type: "A" }, [srv("evil.test")]));
      reply(answer(asked, [srv("dc1.robco.test")]));
    },
    said: "dc1.robco.test",
  },
])("$name", async ({ says, said }) => {
  expect(await ask(says)).toBe(said);
});

test("an answer from elsewhere is not heard", async () => {
  const stranger = createSocket("udp4");
  closers.push(() => stranger.close());
  const silent = createSocket("udp4");
  closers.push(() => silent.close());
  silent.on("message", (bytes, { port, address }) =>
    stranger.send(answer(askedOf(bytes), [srv("evil.test")]), port, address),
  );
  await new Promise<void>((resolve) => silent.bind(0, "127.0.0.1", resolve));
  const question = { name: NAME, type: "SRV" } as const;
  const asked = askDns({ address: "127.0.0.1", port: silent.address().port }, question, QUICK);
  await expect(asked).rejects.toMatchObject({ kind: "timeout" });
});

test("an answer that does not fit is asked for over TCP", async () => {
  const { address, port } = await resolver((asked, reply) => reply(answer(asked, [], { flags: TRUNCATED_RESPONSE })));
  const many = Array.from({ length: 60 }, (_, index) => srv(`dc${index}.robco.test`));
  const tcp = createServer((socket) => {
    socket.on("data", (bytes) => {
      const packet = answer(askedOf(bytes.subarray(2)), many);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(packet.length);
      const whole = Buffer.concat([length, packet]);
      // In pieces, as a network would.
      socket.write(whole.subarray(0, 700));
      setTimeout(() => socket.end(whole.subarray(700)), 20);
    });
  });
  await new Promise<void>((resolve) => tcp.listen(port, address, resolve));
  closers.push(() => tcp.close());
  expect((tcp.address() as AddressInfo).port).toBe(port);
  expect(await askDns({ address, port }, { name: NAME, type: "SRV" }, { timeoutMs: 2000, tries: 1 })).toHaveLength(60);
});

describe("a domain's servers", () => {
  test("by priority, then weight, then name", () => {
    const rows = [
      { host: "c", port: 389, priority: 10, weight: 100 },
      { host: "b", port: 389, priority: 0, weight: 10 },
      { host: "a", port: 389, priority: 0, weight: 10 },
      { host: "d", port: 389, priority: 0, weight: 90 },
    ];
    expect(sortServers(rows).map(({ host }) => host)).toEqual(["d", "a", "b", "c"]);
  });

  test("their addresses come along, or are asked of the same resolver; what is no host is left out", async () => {
    const own = await resolver(({ id, name, type }, reply) => {
      const asked = { id, name, type };
      if (type === "A") return reply(answer(asked, [{ type: "A", name, data: "192.0.2.2" }]));
      const additionals: Answer[] = [{ type: "A", name: "dc1.robco.test", data: "192.0.2.1" }];
      const servers = [
        srv("DC1.robco.test"),
        srv("dc2.robco.test", 5),
        srv("."),
        srv("bad host", 1),
        srv("dc3.robco.test", 9, 0, 0),
      ];
      return reply(answer(asked, servers, { additionals }));
    });
    const found = await findServers({ resolvers: [own], domains: [] }, "robco.test");
    expect(found.map(({ host, address }) => `${host} ${address}`)).toEqual([
      "dc1.robco.test 192.0.2.1",
      "dc2.robco.test 192.0.2.2",
    ]);
  });

  test("the first resolver that knows the domain decides", async () => {
    const ignorant = await resolver((asked, reply) => reply(answer(asked, [], rcode(3))));
    const knowing = await resolver((asked, reply) =>
      reply(asked.type === "SRV" ? answer(asked, [srv("dc1.robco.test")]) : answer(asked, [], rcode(3))),
    );
    const found = await findServers({ resolvers: [ignorant, knowing], domains: [] }, "robco.test");
    expect(found).toEqual([{ host: "dc1.robco.test", port: 389, priority: 0, weight: 100, address: "dc1.robco.test" }]);
  });
});
