import {
  any,
  bool,
  count,
  flag,
  int,
  intOrString,
  keyedBy,
  listOf,
  mapOf,
  quantity,
  type Schema,
  str,
  struct,
  text,
} from "../schema.ts";
import { CONDITIONS, LABEL_SELECTOR, LOCAL_REFERENCE, OBJECT_META, objectSchema } from "./meta.ts";

const KEY_REFERENCE = struct({ name: str(), key: text, optional: flag }, { atomic: true });

const ENV_SOURCE = struct({
  fieldRef: struct({ apiVersion: str({ default: "v1" }), fieldPath: text }, { atomic: true }),
  resourceFieldRef: struct(
    { containerName: str(), resource: text, divisor: quantity({ default: "0" }) },
    { atomic: true },
  ),
  configMapKeyRef: KEY_REFERENCE,
  secretKeyRef: KEY_REFERENCE,
  fileKeyRef: any(),
});

const ENV = struct({ name: text, value: str(), valueFrom: ENV_SOURCE });

const ENV_FROM = struct({
  prefix: str(),
  configMapRef: struct({ name: str(), optional: flag }),
  secretRef: struct({ name: str(), optional: flag }),
});

const SCHEME = str({ default: "HTTP" });

const HTTP_GET = struct({
  path: str(),
  port: intOrString({ keep: true }),
  host: str(),
  scheme: SCHEME,
  httpHeaders: listOf(struct({ name: text, value: text })),
});

const HANDLER: Readonly<Record<string, Schema>> = {
  exec: struct({ command: listOf(text) }),
  httpGet: HTTP_GET,
  tcpSocket: struct({ port: intOrString({ keep: true }), host: str() }),
};

const PROBE = struct({
  ...HANDLER,
  grpc: struct({ port: count, service: str({ keep: true, default: "" }) }),
  initialDelaySeconds: int(),
  timeoutSeconds: int({ default: 1 }),
  periodSeconds: int({ default: 10 }),
  successThreshold: int({ default: 1 }),
  failureThreshold: int({ default: 3 }),
  terminationGracePeriodSeconds: count,
});

const LIFECYCLE_HANDLER = struct({ ...HANDLER, sleep: struct({ seconds: count }) });

const SE_LINUX = struct({ user: str(), role: str(), type: str(), level: str() });
const SECCOMP = struct({ type: text, localhostProfile: text });

const SECURITY_CONTEXT = struct({
  capabilities: struct({ add: listOf(text), drop: listOf(text) }),
  privileged: flag,
  seLinuxOptions: SE_LINUX,
  windowsOptions: any(),
  runAsUser: count,
  runAsGroup: count,
  runAsNonRoot: flag,
  readOnlyRootFilesystem: flag,
  allowPrivilegeEscalation: flag,
  procMount: text,
  seccompProfile: SECCOMP,
  appArmorProfile: SECCOMP,
});

const RESOURCES = struct({
  limits: mapOf(quantity({ keep: true })),
  requests: mapOf(quantity({ keep: true })),
  claims: keyedBy(["name"], struct({ name: text, request: str() })),
});

const PORT = struct({
  name: str(),
  hostPort: int(),
  containerPort: count,
  protocol: str({ default: "TCP" }),
  hostIP: str(),
});

const MOUNT = struct({
  name: text,
  readOnly: bool(),
  recursiveReadOnly: text,
  mountPath: text,
  subPath: str(),
  mountPropagation: text,
  subPathExpr: str(),
});

const CONTAINER = struct({
  name: text,
  image: str(),
  command: listOf(text),
  args: listOf(text),
  workingDir: str(),
  ports: keyedBy(["containerPort", "protocol"], PORT),
  envFrom: listOf(ENV_FROM),
  env: keyedBy(["name"], ENV),
  resources: { ...RESOURCES, default: {} },
  resizePolicy: listOf(any()),
  restartPolicy: text,
  volumeMounts: keyedBy(["mountPath"], MOUNT),
  volumeDevices: keyedBy(["devicePath"], struct({ name: text, devicePath: text })),
  livenessProbe: PROBE,
  readinessProbe: PROBE,
  startupProbe: PROBE,
  lifecycle: struct({ postStart: LIFECYCLE_HANDLER, preStop: LIFECYCLE_HANDLER, stopSignal: text }),
  terminationMessagePath: str({ default: "/dev/termination-log" }),
  terminationMessagePolicy: str({ default: "File" }),
  imagePullPolicy: str(),
  securityContext: SECURITY_CONTEXT,
  stdin: bool(),
  stdinOnce: bool(),
  tty: bool(),
});

const ITEMS = listOf(struct({ key: text, path: text, mode: count }));
const DOWNWARD_ITEMS = listOf(any());

const VOLUME = struct({
  name: text,
  hostPath: struct({ path: text, type: str({ keep: true, default: "" }) }),
  emptyDir: struct({ medium: str(), sizeLimit: quantity({ keep: true }) }),
  secret: struct({ secretName: str(), items: ITEMS, defaultMode: int({ default: 420 }), optional: flag }),
  configMap: struct({ name: str(), items: ITEMS, defaultMode: int({ default: 420 }), optional: flag }),
  persistentVolumeClaim: struct({ claimName: text, readOnly: bool() }),
  downwardAPI: struct({ items: DOWNWARD_ITEMS, defaultMode: int({ default: 420 }) }),
  projected: struct({ sources: listOf(any()), defaultMode: int({ default: 420 }) }),
  csi: struct({
    driver: text,
    readOnly: flag,
    fsType: text,
    volumeAttributes: mapOf(text),
    nodePublishSecretRef: LOCAL_REFERENCE,
  }),
  ephemeral: any(),
  nfs: struct({ server: text, path: text, readOnly: bool() }),
  image: any(),
});

const POD_SECURITY_CONTEXT = struct({
  seLinuxOptions: SE_LINUX,
  windowsOptions: any(),
  runAsUser: count,
  runAsGroup: count,
  runAsNonRoot: flag,
  supplementalGroups: listOf(count),
  supplementalGroupsPolicy: text,
  fsGroup: count,
  sysctls: listOf(struct({ name: text, value: text })),
  fsGroupChangePolicy: text,
  seccompProfile: SECCOMP,
  appArmorProfile: SECCOMP,
  seLinuxChangePolicy: text,
});

const SPREAD = struct({
  maxSkew: count,
  topologyKey: text,
  whenUnsatisfiable: text,
  labelSelector: LABEL_SELECTOR,
  minDomains: count,
  nodeAffinityPolicy: text,
  nodeTaintsPolicy: text,
  matchLabelKeys: listOf(text),
});

const POD_SPEC = struct({
  volumes: keyedBy(["name"], VOLUME),
  initContainers: keyedBy(["name"], CONTAINER),
  containers: keyedBy(["name"], CONTAINER, { keep: true }),
  ephemeralContainers: keyedBy(["name"], CONTAINER),
  restartPolicy: str({ default: "Always" }),
  terminationGracePeriodSeconds: int({ keep: true, default: 30 }),
  activeDeadlineSeconds: count,
  dnsPolicy: str({ default: "ClusterFirst" }),
  nodeSelector: mapOf(text, { atomic: true }),
  serviceAccountName: str(),
  serviceAccount: str(),
  automountServiceAccountToken: flag,
  nodeName: str(),
  hostNetwork: bool(),
  hostPID: bool(),
  hostIPC: bool(),
  shareProcessNamespace: flag,
  securityContext: { ...POD_SECURITY_CONTEXT, default: {} },
  imagePullSecrets: keyedBy(["name"], LOCAL_REFERENCE),
  hostname: str(),
  subdomain: str(),
  affinity: any(),
  schedulerName: str({ default: "default-scheduler" }),
  tolerations: listOf(any()),
  hostAliases: keyedBy(["ip"], struct({ ip: text, hostnames: listOf(text) })),
  priorityClassName: str(),
  priority: count,
  dnsConfig: struct({
    nameservers: listOf(text),
    searches: listOf(text),
    options: listOf(struct({ name: str(), value: text })),
  }),
  readinessGates: listOf(any()),
  runtimeClassName: text,
  enableServiceLinks: flag,
  preemptionPolicy: text,
  overhead: mapOf(quantity({ keep: true })),
  topologySpreadConstraints: keyedBy(["topologyKey", "whenUnsatisfiable"], SPREAD),
  setHostnameAsFQDN: flag,
  os: struct({ name: text }),
  hostUsers: flag,
  schedulingGates: keyedBy(["name"], struct({ name: text })),
  resourceClaims: keyedBy(["name"], any()),
  resources: RESOURCES,
});

export const POD_TEMPLATE = struct({ metadata: OBJECT_META, spec: POD_SPEC });

const POD_STATUS = struct({
  observedGeneration: int(),
  phase: str(),
  conditions: CONDITIONS,
  message: str(),
  reason: str(),
  hostIP: str(),
  podIP: str(),
  podIPs: keyedBy(["ip"], struct({ ip: text })),
  startTime: str(),
  qosClass: str(),
  containerStatuses: listOf(any()),
  initContainerStatuses: listOf(any()),
});

export const POD = objectSchema({ spec: POD_SPEC, status: POD_STATUS });
