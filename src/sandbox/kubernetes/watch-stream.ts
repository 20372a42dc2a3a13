import type { ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import type { Engine } from "./engine.ts";
import type { Watch, WatchEvent } from "./watch.ts";
import { changesSince } from "./world.ts";

const LOOK_MS = 25;

/** One event a line, until the time is up or the client has gone. */
export async function serveWatch({ world }: Engine, watch: Watch, response: ServerResponse): Promise<void> {
  response.writeHead(200, { "Content-Type": "application/json" });
  const write = (event: WatchEvent): boolean => response.write(`${JSON.stringify(event)}\n`);
  for (const event of watch.first) write(event);
  let seen = world.revision;
  const until = performance.now() + (watch.isOver ? 0 : watch.seconds * 1000);
  while (performance.now() < until && !response.destroyed) {
    await setTimeout(Math.min(LOOK_MS, Math.max(1, until - performance.now())));
    const news = changesSince(world, seen);
    seen = world.revision;
    for (const change of news) {
      const event = watch.eventOf(change);
      if (event !== null) write(event);
    }
  }
  response.end();
}
