/** Security policies: what publishing their Group Policy bundles would change. Pure. */
import { type Address, addressOf, type Finding, type Resource } from "../../estate/resource.ts";
import type { WorkspaceSecurityPolicySpec } from "../../generated/documents.ts";
import type { ChangeDraft } from "../../plan/change.ts";
import type { Desired } from "../provider.ts";
import { type BundleComparison, comparePolicyBundle } from "./gpo/compare-bundle.ts";
import { compareObject, type ObjectComparison } from "./gpo/domain/compare-object.ts";
import type { DomainVerdict } from "./gpo/domain/domain-trouble.ts";
import type { ObjectReading } from "./gpo/domain/object.ts";
import { renderPolicyBundle } from "./gpo/render-bundle.ts";
import type { PolicyReading, WorkspacesObservation } from "./model.ts";
import { policiesOf } from "./policies-observe.ts";

export interface PoliciesComparison {
  readonly changes: readonly ChangeDraft[];
  readonly findings: readonly Finding[];
  /** Names of those that are published as declared. */
  readonly published: ReadonlySet<string>;
  /** Those whose domain could not be looked at. */
  readonly unread: readonly Address[];
}

export function comparePolicies(desired: Desired, observation: WorkspacesObservation): PoliciesComparison {
  const compared = policiesOf(desired).map((policy) => comparePolicy(policy, desired.estate.name, observation));
  return {
    changes: [...compared.flatMap(({ change }) => change ?? []), ...removals(observation)],
    findings: compared.flatMap(({ findings }) => findings),
    published: new Set(compared.flatMap(({ name, isPublished }) => (isPublished ? [name] : []))),
    unread: compared.flatMap(({ unread }) => unread ?? []),
  };
}

/** A policy's rendered bundle against its folder, or the findings that stand in its way. */
export function bundleFor(
  policy: Resource<WorkspaceSecurityPolicySpec>,
  estate: string,
  reading: PolicyReading | undefined,
):
  | {
      readonly bundle: BundleComparison;
      readonly object: ObjectComparison | null;
      readonly notices: readonly string[];
    }
  | { readonly findings: readonly Finding[]; readonly isUnread?: true } {
  if (reading === undefined) return { findings: [] };
  const error = (path: readonly string[], words: { code: string; message: string; hint: string }): Finding => ({
    severity: "error",
    ...words,
    resource: policy,
    path,
  });
  if ("code" in reading) {
    const { code, message, hint, path } = reading;
    return { findings: [error(path, { code, message, hint })] };
  }
  const rendered = renderPolicyBundle({ estate, name: policy.name, spec: policy.spec }, reading.template);
  if (!rendered.ok) {
    return {
      findings: rendered.refusals.map(({ setting, code, message, hint }) =>
        error(["spec", setting], { code, message, hint }),
      ),
    };
  }
  const bundle = comparePolicyBundle(rendered, reading.published);
  const found = reading.object;
  if (found === null) return { bundle, object: null, notices: rendered.notices };
  if ("failure" in found) return { findings: [troubled(policy, found)], isUnread: true };
  const object = compareObject({ estate, policy: policy.name, entries: rendered.entries }, found);
  if ("code" in object) return { findings: [error(["spec", "publish", "domain"], object)] };
  return { bundle, object, notices: [...rendered.notices, ...objectNotices(found)] };
}

function troubled(
  resource: Resource<WorkspaceSecurityPolicySpec>,
  { code, failure, message, next }: DomainVerdict,
): Finding {
  const severity = failure === "retryable" ? "held" : "error";
  return { severity, code, message, hint: next, resource, path: ["spec", "publish", "domain"] };
}

const MACHINES_OFF = 2;

function objectNotices({ links, flags }: ObjectReading): readonly string[] {
  return [
    ...(links === 0 ? ["the Group Policy object is linked nowhere in the domain: no desktop follows it"] : []),
    ...((flags & MACHINES_OFF) === 0
      ? []
      : ["the computer settings of the Group Policy object are switched off: no desktop follows it"]),
  ];
}

interface Compared {
  readonly name: string;
  readonly change: ChangeDraft | null;
  readonly findings: readonly Finding[];
  readonly isPublished: boolean;
  readonly unread?: Address;
}

function comparePolicy(
  policy: Resource<WorkspaceSecurityPolicySpec>,
  estate: string,
  observation: WorkspacesObservation,
): Compared {
  const { name } = policy;
  const answer = bundleFor(policy, estate, observation.policies.get(name));
  if ("findings" in answer) {
    const unread = answer.isUnread === true ? { unread: policy.address } : {};
    return { name, change: null, findings: answer.findings, isPublished: false, ...unread };
  }
  const { bundle, object, notices } = answer;
  const findings = notices.map((message): Finding => {
    const hint = "docs/security-policy.md says what can be verified and how";
    return { severity: "notice", code: "policy-notice", message, hint, resource: policy, path: ["spec"] };
  });
  if (bundle.owner === "other")
    return { name, change: null, findings: [...findings, taken(policy, bundle)], isPublished: false };
  const isPublished = bundle.fields.length === 0 && (object === null || object.fields.length === 0);
  return { name, change: isPublished ? null : publication(policy, bundle, object), findings, isPublished };
}

function taken(policy: Resource<WorkspaceSecurityPolicySpec>, { publisher }: BundleComparison): Finding {
  const whose =
    publisher === null ? "files of somebody else" : `the policy "${publisher.policy}" of estate "${publisher.estate}"`;
  const message = `the folder of this policy's bundle holds ${whose}`;
  const hint = "name another folder in spec.publish, or remove what lies there";
  return { severity: "error", code: "publish-folder", message, hint, resource: policy, path: ["spec"] };
}

function publication(
  policy: Resource<WorkspaceSecurityPolicySpec>,
  bundle: BundleComparison,
  object: ObjectComparison | null,
): ChangeDraft {
  const { address, kind, name, source } = policy;
  const isNew = bundle.owner === "none";
  return {
    address,
    kind,
    name,
    source,
    action: isNew ? "create" : "update",
    // Of objects, `domain…` comes before `files…` and `registry…` of the bundle.
    fields: [...(object?.fields ?? []), ...bundle.fields],
    reason: isNew ? "declared, and not published yet" : reasonOf(bundle, object),
    disruption: "none",
    impact: [impactOf(object)],
    waitsFor: [],
    basis: object?.basis ?? null,
  };
}

function reasonOf(bundle: BundleComparison, object: ObjectComparison | null): string {
  if (bundle.fields.length > 0) return "the published bundle is not as declared";
  return object?.isNew === true
    ? "the Group Policy object has none of its values yet"
    : "the Group Policy object is not as declared";
}

function impactOf(object: ObjectComparison | null): string {
  if (object === null) return "published is not enforced: a domain administrator runs the bundle's import script";
  return object.fields.length === 0
    ? "the domain has it already"
    : "desktops follow it after the next refresh of Group Policy and the start of a new session";
}

function removals({ published }: WorkspacesObservation): readonly ChangeDraft[] {
  return published.map(({ folder, publisher }) => ({
    address: addressOf("WorkspaceSecurityPolicy", publisher.policy),
    kind: "WorkspaceSecurityPolicy",
    name: publisher.policy,
    source: null,
    action: "delete" as const,
    fields: [{ path: "folder", before: folder, after: null }],
    reason: "its document is gone",
    disruption: "none" as const,
    impact: ["the Group Policy in the domain stays until an administrator removes it"],
    waitsFor: [],
    basis: null,
  }));
}
