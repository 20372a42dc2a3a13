/** What goes over a real connection: noise, and the end of the server. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import type { ApplianceRecord } from "../../src/watch/server/store/store.ts";
import { type Bench, commitOf, openBench, siteOf } from "../support/site-server.ts";

async function dial({ server }: Bench): Promise<Socket> {
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = server.app.server.address() as AddressInfo;
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

async function allOf(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, "close");
  return text;
}

test.each([
  { name: "no HTTP", sent: "hello\r\n\r\n" },
  { name: "headers without end", sent: `GET /healthz HTTP/1.1\r\nx: ${"x".repeat(70_000)}` },
  {
    name: "two lengths",
    sent: "POST /api/provision/claim HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
  },
])("$name is refused in the words of everything else", async ({ sent }) => {
  const bench = await openBench(commitOf({}));
  const socket = await dial(bench);
  const received = allOf(socket);
  socket.write(sent);
  expect(await received).toMatch(/^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*problems\/validation/);
  await bench.server.close();
});

test("what is asked while the server stops is answered, and no 503 goes out without a word on when to come again", async () => {
  const held = Promise.withResolvers<null>();
  const reached = Promise.withResolvers<null>();
  const bench = await openBench(commitOf({ clinic: siteOf() }), {
    store: (store) => ({
      ...store,
      read: async (...place): Promise<ApplianceRecord> => {
        reached.resolve(null);
        await held.promise;
        return store.read(...place);
      },
    }),
  });
  const socket = await dial(bench);
  const received = allOf(socket);
  const signature = `reeve-signature: ${"A".repeat(86)}==\r\nreeve-timestamp: 1\r\nreeve-nonce: ${"n".repeat(22)}\r\n`;
  socket.write(`GET /api/provision/config/a:b HTTP/1.1\r\nhost: a\r\nreeve-appliance: a:b\r\n${signature}\r\n`);
  await reached.promise;
  const closed = bench.server.close();
  socket.write("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n");
  await new Promise(setImmediate);
  held.resolve(null);
  const statuses = [...(await received).matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status);
  await closed;
  expect(statuses[0]).toBe("401");
  expect(statuses).not.toContain("503");
});
