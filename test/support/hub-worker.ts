import { readFileSync } from "node:fs";
import { openHubWriter } from "../../src/providers/wireguard/hub-writer.ts";
import type { HubAsk } from "./hub-in-namespace.ts";
import { questionOf, sessionOf } from "./wireguard-hub.ts";

/** One call on a hub, in a process of its own, so that it can stand in a network namespace: JSON in, JSON out. */
const ask = JSON.parse(readFileSync(0, "utf8")) as HubAsk;
const writer = openHubWriter(sessionOf(ask.root));
const question = questionOf(ask.preshared ?? {});
const reading =
  ask.write !== undefined
    ? await writer.write(ask.hub, ask.write, question)
    : ask.retire !== undefined
      ? await writer.retire(ask.hub, ask.retire, question)
      : await writer.read(ask.hub, question);
process.stdout.write(JSON.stringify(reading));
