/** Security policies: what publishing their Group Policy bundles would change. Pure. */
import { addressOf, type Finding, type Resource } from "../../estate/resource.ts";
import type { WorkspaceSecurityPolicySpec } from "../../generated/documents.ts";
import type { ChangeDraft } from "../../plan/change.ts";
import type { Desired } from "../provider.ts";
import { type BundleComparison, comparePolicyBundle } from "./gpo/compare-bundle.ts";
import { renderPolicyBundle } from "./gpo/render-bundle.ts";
import type { PolicyReading, WorkspacesObservation } from "./model.ts";
import { policiesOf } from "./policies-observe.ts";

export interface PoliciesComparison {
  readonly changes: readonly ChangeDraft[];
  readonly findings: readonly Finding[];
  /** Names of those that are published as declared. */
  readonly published: ReadonlySet<string>;
}

export function comparePolicies(desired: Desired, observation: WorkspacesObservation): PoliciesComparison {
  const compared = policiesOf(desired).map((policy) => comparePolicy(policy, desired.estate.name, observation));
  return {
    changes: [...compared.flatMap(({ change }) => change ?? []), ...removals(observation)],
    findings: compared.flatMap(({ findings }) => findings),
    published: new Set(compared.flatMap(({ name, isPublished }) => (isPublished ? [name] : []))),
  };
}

/** A policy's rendered bundle against its folder, or the findings that stand in its way. */
export function bundleFor(
  policy: Resource<WorkspaceSecurityPolicySpec>,
  estate: string,
  reading: PolicyReading | undefined,
):
  | { readonly bundle: BundleComparison; readonly notices: readonly string[] }
  | { readonly findings: readonly Finding[] } {
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
  return { bundle: comparePolicyBundle(rendered, reading.published), notices: rendered.notices };
}

interface Compared {
  readonly name: string;
  readonly change: ChangeDraft | null;
  readonly findings: readonly Finding[];
  readonly isPublished: boolean;
}

function comparePolicy(
  policy: Resource<WorkspaceSecurityPolicySpec>,
  estate: string,
  observation: WorkspacesObservation,
): Compared {
  const { name } = policy;
  const answer = bundleFor(policy, estate, observation.policies.get(name));
  if ("findings" in answer) return { name, change: null, findings: answer.findings, isPublished: false };
  const { bundle, notices } = answer;
  const findings = notices.map((message): Finding => {
    const hint = "docs/security-policy.md says what can be verified and how";
    return { severity: "notice", code: "policy-notice", message, hint, resource: policy, path: ["spec"] };
  });
  if (bundle.owner === "other")
    return { name, change: null, findings: [...findings, taken(policy, bundle)], isPublished: false };
  const isPublished = bundle.fields.length === 0;
  return { name, change: isPublished ? null : publication(policy, bundle), findings, isPublished };
}

function taken(policy: Resource<WorkspaceSecurityPolicySpec>, { publisher }: BundleComparison): Finding {
  const whose =
    publisher === null ? "files of somebody else" : `the policy "${publisher.policy}" of estate "${publisher.estate}"`;
  const message = `the folder of this policy's bundle holds ${whose}`;
  const hint = "name another folder in spec.publish, or remove what lies there";
  return { severity: "error", code: "publish-folder", message, hint, resource: policy, path: ["spec"] };
}

function publication(policy: Resource<WorkspaceSecurityPolicySpec>, bundle: BundleComparison): ChangeDraft {
  const { address, kind, name, source } = policy;
  const isNew = bundle.owner === "none";
  return {
    address,
    kind,
    name,
    source,
    action: isNew ? "create" : "update",
    fields: bundle.fields,
    reason: isNew ? "declared, and not published yet" : "the published bundle is not as declared",
    disruption: "none",
    impact: ["published is not enforced: a domain administrator runs the bundle's import script"],
    waitsFor: [],
    basis: null,
  };
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
