import type { Session } from "../provider.ts";
import { readRequest } from "./hub-request.ts";
import { readingScript } from "./hub-script.ts";
import type { HubReader } from "./model.ts";
import { runOnHub } from "./transport.ts";

/** All that planning is given. It sends a script that cannot write. */
export function openHubReader(session: Session): HubReader {
  return {
    read: (hub, question) =>
      runOnHub(session, hub, {
        verb: "read",
        script: readingScript(),
        input: readRequest({ hub, root: session.root }, question),
      }),
  };
}
