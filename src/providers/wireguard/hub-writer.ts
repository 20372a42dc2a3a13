import type { Session } from "../provider.ts";
import { openHubReader } from "./hub-reader.ts";
import { readRequest, writeRequest } from "./hub-request.ts";
import { changingScript } from "./hub-script.ts";
import type { HubWriter } from "./model.ts";
import { runOnHub } from "./transport.ts";

/** What apply is given. */
export function openHubWriter(session: Session): HubWriter {
  const script = changingScript();
  const { root } = session;
  return {
    ...openHubReader(session),
    write: (hub, write, question) =>
      runOnHub(session, hub, { verb: "write", script, input: writeRequest({ hub, root }, write, question) }),
    retire: (hub, expectedFingerprint, question) =>
      runOnHub(session, hub, {
        verb: "retire",
        script,
        input: readRequest({ hub, root }, question, expectedFingerprint),
      }),
  };
}
