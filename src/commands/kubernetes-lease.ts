/** A Lease of coordination.k8s.io/v1 as the record of a lease, through the client that workstation access has. */
import { classifyAnswer } from "../providers/grants/client/classify.ts";
import { type Connection, openConnection, type Question } from "../providers/grants/client/connection.ts";
import { podAccount } from "../providers/grants/client/credential-source.ts";
import type { CredentialSource } from "../providers/grants/client/kubeconfig.ts";
import { parseJson } from "../providers/grants/client/status.ts";
import { isRecord, type JsonRecord, recordAt, textAt } from "../providers/grants/render/json-walk.ts";
import type { Clock } from "../support/clock.ts";
import type { LeaseConfig } from "../watch/config/config.ts";
import type { LeaseRecord, LeaseStore } from "../watch/lease/record-lease.ts";
import type { Io } from "./command.ts";

type Place = NonNullable<LeaseConfig["kubernetes"]>;

export interface KubernetesLeaseOptions {
  readonly place: Place;
  readonly environment: Io["environment"];
  readonly clock: Clock;
  readonly durationMs: number;
}

const COMMIT = "reeve.dev/applied-commit";
const TIMEOUT_MS = 8000;

export function kubernetesLeaseStore({ place, environment, clock, durationMs }: KubernetesLeaseOptions): LeaseStore {
  const connection = openConnection({
    clock,
    timeoutMs: TIMEOUT_MS,
    load: async () => {
      const { loadCredentials } = await import("../providers/grants/client/kubeconfig.ts");
      return loadCredentials(sourceOf(place, environment));
    },
  });
  const path = `/apis/coordination.k8s.io/v1/namespaces/${place.namespace}/leases/${place.name}`;
  return {
    read: async () => {
      const found = await ask(connection, { method: "GET", path });
      return found === null ? null : { record: recordOf(found), version: versionOf(found) };
    },
    write: async (record, expected) => {
      const body = leaseBody(place, record, { now: clock.now(), durationMs });
      const question = expected === null ? creation(path, record, body) : update(path, expected, body);
      const written = await ask(connection, question);
      return written === null ? null : versionOf(written);
    },
  };
}

function sourceOf({ kubeconfig, context }: Place, environment: Io["environment"]): CredentialSource {
  return kubeconfig === undefined ? podAccount(environment) : { from: "file", path: kubeconfig, context };
}

/** Null for what is not there, or is not as it was expected. */
async function ask(connection: Connection, question: Question): Promise<JsonRecord | null> {
  const answer = await connection.ask(question, new AbortController().signal);
  if (answer.status === 404 && question.method === "GET") return null;
  if (answer.status === 409) return null;
  const verdict = classifyAnswer(answer);
  if (verdict !== null) throw new Error(`the cluster refuses the Lease: ${verdict.message}`);
  const body = parseJson(answer.text);
  if (isRecord(body)) return body;
  throw new Error("the cluster's answer about the Lease is cut off");
}

/** An apply that takes nothing from anybody: of two that make it, the second meets the first one's holder and is refused. */
function creation(path: string, { holder }: LeaseRecord, body: JsonRecord): Question {
  const query = new URLSearchParams({ fieldManager: `reeve-watch-${holder}`.slice(0, 128) });
  const headers = { "Content-Type": "application/apply-patch+yaml" };
  return { method: "PATCH", path: `${path}?${query.toString()}`, headers, body: JSON.stringify(body) };
}

/** Refused where the Lease is not at this version any more. */
function update(path: string, resourceVersion: string, body: JsonRecord): Question {
  const metadata = { ...recordAt(body, "metadata"), resourceVersion };
  const headers = { "Content-Type": "application/merge-patch+json" };
  const text = JSON.stringify({ ...body, metadata });
  return { method: "PATCH", path: `${path}?fieldManager=reeve-watch`, headers, body: text };
}

interface Moment {
  readonly now: Date;
  readonly durationMs: number;
}

function leaseBody(
  { namespace, name }: Place,
  { holder, commit }: LeaseRecord,
  { now, durationMs }: Moment,
): JsonRecord {
  const annotations = commit === null ? {} : { [COMMIT]: commit };
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace, annotations },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: Math.round(durationMs / 1000),
      // MicroTime has six digits.
      renewTime: now.toISOString().replace("Z", "000Z"),
    },
  };
}

function recordOf(lease: JsonRecord): LeaseRecord {
  const commit = textAt(recordAt(recordAt(lease, "metadata"), "annotations"), COMMIT);
  return { holder: textAt(recordAt(lease, "spec"), "holderIdentity"), commit: commit === "" ? null : commit };
}

function versionOf(lease: JsonRecord): string {
  return textAt(recordAt(lease, "metadata"), "resourceVersion");
}
