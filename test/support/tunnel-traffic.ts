/**
 * A program of two roles that counts every packet of a tunnel. `echo ADDRESS PORT` sends back what it gets. `send ADDRESS
 * PORT RATE` sends numbered packets at that rate from a line "start" on stdin to a line "stop", waits for the last ones
 * to come back, and prints one line of JSON: how many it sent and which did not come back.
 */
import { createSocket } from "node:dgram";
import { createInterface } from "node:readline";

const [role = "", address = "", portText = "", rateText = "0"] = process.argv.slice(2);
const port = Number(portText);
const socket = createSocket({
  type: address.includes(":") ? "udp6" : "udp4",
  recvBufferSize: 8 << 20,
  sendBufferSize: 8 << 20,
});
/** As long as a packet may be on its way before it counts as lost. */
const PATIENCE_MS = 1500;

if (role === "echo") {
  socket.on("message", (message, from) => socket.send(message, from.port, from.address));
  socket.bind(port, address, () => process.stdout.write("ready\n"));
} else {
  let run = 0;
  let sent = 0;
  let missing = new Set<number>();
  let timer: NodeJS.Timeout | undefined;
  socket.on("message", (message) => {
    if (message.readUInt32BE(0) === run) missing.delete(message.readUInt32BE(4));
  });
  const start = (): void => {
    run += 1;
    sent = 0;
    missing = new Set();
    const began = performance.now();
    timer = setInterval(() => {
      const due = Math.floor(((performance.now() - began) * Number(rateText)) / 1000);
      while (sent < due) {
        const packet = Buffer.alloc(64);
        packet.writeUInt32BE(run, 0);
        packet.writeUInt32BE(sent, 4);
        missing.add(sent);
        sent += 1;
        socket.send(packet, port, address);
      }
    }, 1);
  };
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    const until = performance.now() + PATIENCE_MS;
    while (missing.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
    process.stdout.write(`${JSON.stringify({ sent, lost: [...missing] })}\n`);
  };
  createInterface({ input: process.stdin }).on("line", (line) => void (line === "start" ? start() : stop()));
  socket.bind(0, () => process.stdout.write("ready\n"));
}
