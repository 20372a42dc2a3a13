/**
 * A site server as a process of its own, for tests that kill it: argv is the database, the code's end and the code's hash.
 * With KILL_AFTER_COMMIT it dies between the commit of the first claim and the answer.
 */
import type { SiteStore } from "../../src/watch/server/store/store.ts";
import { applianceOf, commitOf, openBench, SITE, START, siteOf } from "./site-server.ts";

const [path = "", codeHash = "", now = START.toISOString()] = process.argv.slice(2);

function mortal(store: SiteStore): SiteStore {
  return {
    ...store,
    change: async (target, decide, at) => {
      const answer = await store.change(target, decide, at);
      process.kill(process.pid, "SIGKILL");
      return answer;
    },
  };
}

const provisioning = { generation: 1, codeHash, expiresAt: "2026-12-08T00:00:00Z", bindMac: true, revoked: false };
const desired = commitOf({ [SITE]: siteOf({ appliances: [applianceOf({ provisioning })] }) });
const isMortal = process.env["KILL_AFTER_COMMIT"] !== undefined;
const bench = await openBench(desired, { path, ...(isMortal ? { store: mortal } : {}) });
bench.now = new Date(now);
process.stdout.write(`${await bench.server.app.listen({ host: "127.0.0.1", port: 0 })}\n`);
