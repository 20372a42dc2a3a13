/** Two real daemons on one estate, killed and started again: their applies never meet. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startKubernetesSandbox } from "../../src/sandbox/kubernetes/start-kubernetes-sandbox.ts";
import { postgresMissing, startPostgres } from "../support/postgres.ts";
import { peerFile } from "../support/state-files.ts";
import { conf, eachWithRepository, kill, push, root, until, watch } from "../support/watched-branch.ts";

eachWithRepository();

interface Shared {
  /** Settings of both hosts, and the folders of each. */
  readonly lease: string;
  readonly hosts: readonly [string, string];
  close(): Promise<void>;
}

const SHARED = {
  "a Lease": async (): Promise<Shared> => {
    const cluster = await startKubernetesSandbox();
    writeFileSync(join(root, "kubeconfig"), cluster.kubeconfig);
    const place = `kubeconfig: ${join(root, "kubeconfig")}, namespace: default, name: reeve, duration: 9s`;
    return { lease: `lease: { kubernetes: { ${place} } }`, hosts: ["one", "two"], close: cluster.close };
  },
  "an advisory lock": async (): Promise<Shared> => {
    const { url, close } = await startPostgres();
    writeFileSync(join(root, "url"), url, { mode: 0o600 });
    const place = `urlFrom: { file: ${join(root, "url")} }, name: robco`;
    return { lease: `lease: { postgres: { ${place} } }`, hosts: ["one", "two"], close };
  },
  "a file, on one host": async (): Promise<Shared> => {
    return { lease: "", hosts: ["one", "one"], close: async () => undefined };
  },
};
const withoutPostgres = postgresMissing("two daemons with an advisory lock");

test.each(
  Object.entries(SHARED)
    .filter(([name]) => !(withoutPostgres && name === "an advisory lock"))
    .map(([name, open]) => ({ name, open })),
)(
  "two daemons share $name: their applies never meet, nothing is made twice, and where one is killed the other goes on",
  async ({ open }) => {
    const { lease, hosts, close } = await open();
    try {
      let first = watch(hosts[0], lease);
      watch(hosts[1], lease);
      for (let index = 0; index < 4; index += 1) {
        push(peerFile(`peer-${index}`, 100 + index));
        if (index % 2 === 1) {
          kill(first.pid);
          await first.ended;
          first = watch(hosts[0], lease);
        }
        await until(() => conf().includes(`peer-${index}`));
      }
      kill(first.pid);
      push(peerFile("last", 120));
      await until(() => conf().includes("last"));
      const runs = [...new Set(hosts)].flatMap(runsOf).toSorted((a, b) => (a.begin < b.begin ? -1 : 1));
      expect(runs.length).toBeGreaterThanOrEqual(5);
      expect(runs.filter((run, index) => index > 0 && run.begin <= (runs[index - 1]?.end ?? ""))).toEqual([]);
      const names = [...conf().matchAll(/^# reeve-peer: (.*)$/gm)].map(([, name]) => name ?? "");
      expect(names.toSorted()).toEqual(["alice", "last", "peer-0", "peer-1", "peer-2", "peer-3"]);
    } finally {
      await close();
    }
  },
  240_000,
);

/** From the first line of each apply in a host's journal to its last. */
function runsOf(host: string): readonly { readonly begin: string; readonly end: string }[] {
  const path = join(root, host, "own/journal.jsonl");
  const lines = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  const parsed = lines.map((line) => JSON.parse(line) as { readonly run: string; readonly at: string });
  return [...Map.groupBy(parsed, ({ run }) => run).values()].map((run) => {
    return { begin: run[0]?.at ?? "", end: run.at(-1)?.at ?? "" };
  });
}
