import type { KubeObject } from "../kube-object.ts";
import { fields, items, text, textMap, texts } from "./fields.ts";
import { readSelector, type Selector } from "./labels.ts";

/** Where a policy of Istio holds: by labels, or at the Gateways that it names. */
export interface Scope {
  readonly namespace: string;
  readonly selector: Selector;
  /** Absent: by selector. */
  readonly gateways?: readonly string[];
}

export type Fields = Readonly<Record<string, readonly string[]>>;

interface Condition {
  readonly key: string;
  readonly values: readonly string[];
  readonly notValues: readonly string[];
}

export interface AuthorizationRule {
  readonly from: readonly Fields[];
  readonly to: readonly Fields[];
  readonly when: readonly Condition[];
}

export interface AuthorizationPolicy extends Scope {
  readonly title: string;
  readonly action: string;
  readonly provider?: string;
  /** Istio counts what it would do, and does nothing. */
  readonly isOnTrial: boolean;
  readonly rules: readonly AuthorizationRule[];
}

export function isInForce({ isOnTrial }: AuthorizationPolicy): boolean {
  return !isOnTrial;
}

export function readScope(object: KubeObject): Scope {
  const spec = fields(object.spec);
  const refs = [...items(spec.targetRefs), ...(spec.targetRef === undefined ? [] : [spec.targetRef])].map(fields);
  return {
    namespace: object.metadata.namespace ?? "default",
    selector: readSelector(spec.selector),
    ...(refs.length === 0
      ? {}
      : { gateways: refs.flatMap((ref) => (ref.kind === "Gateway" ? [text(ref.name) ?? ""] : [])) }),
  };
}

export function readAuthorizationPolicy(object: KubeObject): AuthorizationPolicy {
  const spec = fields(object.spec);
  const scope = readScope(object);
  const provider = text(fields(spec.provider).name);
  return {
    ...scope,
    title: `AuthorizationPolicy ${scope.namespace}/${object.metadata.name}`,
    action: text(spec.action) ?? "ALLOW",
    ...(provider === undefined ? {} : { provider }),
    isOnTrial: textMap(object.metadata.annotations)["istio.io/dry-run"]?.toLowerCase() === "true",
    rules: items(spec.rules).map(readRule),
  };
}

function readRule(value: unknown): AuthorizationRule {
  const rule = fields(value);
  return {
    from: items(rule.from).map((item) => readLists(fields(item).source)),
    to: items(rule.to).map((item) => readLists(fields(item).operation)),
    when: items(rule.when).map((item) => {
      const { key, values, notValues } = fields(item);
      return { key: text(key) ?? "", values: texts(values), notValues: texts(notValues) };
    }),
  };
}

/** Every field, known or not: the evaluator says `maybe` to those that it does not know. */
function readLists(value: unknown): Fields {
  return Object.fromEntries(Object.entries(fields(value)).map(([key, list]) => [key, texts(list)]));
}
