import { any, bool, count, int, intOrString, listOf, str, struct, text } from "../schema.ts";
import { PERSISTENT_VOLUME_CLAIM } from "./core.ts";
import { CONDITIONS, LABEL_SELECTOR, objectSchema } from "./meta.ts";
import { POD_TEMPLATE } from "./pod.ts";

const REPLICAS = int({ keep: true, default: 1 });

export const DEPLOYMENT = objectSchema({
  spec: struct({
    replicas: REPLICAS,
    selector: LABEL_SELECTOR,
    template: POD_TEMPLATE,
    strategy: struct(
      {
        type: str(),
        rollingUpdate: struct({ maxUnavailable: intOrString({ keep: true }), maxSurge: intOrString({ keep: true }) }),
      },
      { default: {} },
    ),
    minReadySeconds: int(),
    revisionHistoryLimit: int({ keep: true, default: 10 }),
    paused: bool(),
    progressDeadlineSeconds: int({ keep: true, default: 600 }),
  }),
  status: struct({
    observedGeneration: int(),
    replicas: int(),
    updatedReplicas: int(),
    readyReplicas: int(),
    availableReplicas: int(),
    unavailableReplicas: int(),
    terminatingReplicas: count,
    conditions: CONDITIONS,
    collisionCount: count,
  }),
});

export const STATEFUL_SET = objectSchema({
  spec: struct({
    replicas: REPLICAS,
    selector: LABEL_SELECTOR,
    template: POD_TEMPLATE,
    volumeClaimTemplates: listOf(PERSISTENT_VOLUME_CLAIM),
    serviceName: str({ keep: true }),
    podManagementPolicy: str({ default: "OrderedReady" }),
    updateStrategy: struct(
      {
        type: str({ default: "RollingUpdate" }),
        rollingUpdate: struct({
          partition: int({ keep: true, default: 0 }),
          maxUnavailable: intOrString({ keep: true }),
        }),
      },
      { default: {} },
    ),
    revisionHistoryLimit: int({ keep: true, default: 10 }),
    minReadySeconds: int(),
    persistentVolumeClaimRetentionPolicy: struct(
      { whenDeleted: str({ default: "Retain" }), whenScaled: str({ default: "Retain" }) },
      { default: {} },
    ),
    ordinals: struct({ start: count }),
  }),
  status: struct({
    observedGeneration: int(),
    replicas: count,
    readyReplicas: int(),
    currentReplicas: int(),
    updatedReplicas: int(),
    currentRevision: str(),
    updateRevision: str(),
    collisionCount: count,
    conditions: CONDITIONS,
    availableReplicas: count,
  }),
});

export const JOB = objectSchema({
  spec: struct({
    parallelism: int({ keep: true, default: 1 }),
    completions: int({ keep: true, default: 1 }),
    activeDeadlineSeconds: count,
    podFailurePolicy: any(),
    successPolicy: any(),
    backoffLimit: int({ keep: true, default: 6 }),
    backoffLimitPerIndex: count,
    maxFailedIndexes: count,
    selector: LABEL_SELECTOR,
    manualSelector: bool({ keep: true, default: false }),
    template: POD_TEMPLATE,
    ttlSecondsAfterFinished: count,
    completionMode: str({ default: "NonIndexed" }),
    suspend: bool({ keep: true, default: false }),
    podReplacementPolicy: str({ default: "TerminatingOrFailed" }),
    managedBy: text,
  }),
  status: struct({
    conditions: CONDITIONS,
    startTime: str(),
    active: int(),
    succeeded: int(),
    failed: int(),
    ready: count,
  }),
});
