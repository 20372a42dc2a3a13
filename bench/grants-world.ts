/**
 * The stand-in of a Kubernetes API server in a process of its own, so that its work is not taken for Reeve's. Prints the file
 * that holds its kubeconfig. Each line that comes in is answered with the requests since the line before, as JSON; ends with
 * its input. Argument: a folder for the file.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startKubernetesSandbox } from "../src/sandbox/kubernetes/start-kubernetes-sandbox.ts";

const [folder = ""] = process.argv.slice(2);
const sandbox = await startKubernetesSandbox({ isFurnished: true });
mkdirSync(folder, { recursive: true });
const file = join(folder, "kubeconfig");
writeFileSync(file, sandbox.kubeconfig);
process.stdout.write(`${file}\n`);

for await (const _line of createInterface({ input: process.stdin })) {
  const { requests } = sandbox.log;
  const dryRuns = requests.filter(({ isDryRun }) => isDryRun).length;
  const objects = [...sandbox.world.objects.values()].reduce((sum, { size }) => sum + size, 0);
  const writes = sandbox.log.writes().length;
  process.stdout.write(`${JSON.stringify({ requests: requests.length, dryRuns, writes, objects })}\n`);
  sandbox.log.clear();
}
await sandbox.close();
