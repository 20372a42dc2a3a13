/** What goes over a real connection: noise, and the end of the server. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { type Bench, commitOf, openBench } from "../support/site-server.ts";

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

test("a request that has begun when the server stops is answered as any other, and then the connection ends", async () => {
  const bench = await openBench(commitOf({}));
  const arrived = Promise.withResolvers<null>();
  bench.server.app.server.once("connection", (end: Socket) => end.once("data", () => arrived.resolve(null)));
  const socket = await dial(bench);
  const received = allOf(socket);
  socket.write("GET /healthz HTTP/1.1\r\nhost: a\r\n");
  await arrived.promise;
  const closed = bench.server.close();
  await new Promise(setImmediate);
  socket.write("\r\n");
  expect((await received).split("\r\n")[0]).toBe("HTTP/1.1 200 OK");
  await closed;
});
