import { isDeepStrictEqual } from "node:util";
import type { Estate } from "../../estate/estate.ts";
import type { Resource } from "../../estate/resource.ts";
import type { WorkspaceSecurityPolicySpec } from "../../generated/documents.ts";
import type { Desired } from "../provider.ts";
import { DomainTrouble, type DomainVerdict } from "./gpo/domain/domain-trouble.ts";
import type { ObjectReading } from "./gpo/domain/object.ts";
import type { DomainTarget, PolicyDomains } from "./gpo/domain/policy-domains.ts";
import { listPublished, publishFolder, readPublishedBundle } from "./gpo/published-folder.ts";
import { readPolicyTemplate } from "./gpo/read-template.ts";
import { gpoName } from "./gpo/render-bundle.ts";
import type { PolicyReading, WorkspacesObservation } from "./model.ts";

export function policiesOf({ resources }: Desired): readonly Resource<WorkspaceSecurityPolicySpec>[] {
  return resources.filter(
    (one) => one.kind === "WorkspaceSecurityPolicy",
  ) as readonly Resource<WorkspaceSecurityPolicySpec>[];
}

/** Templates and published bundles, from the state repository's folder; objects, from their domains. */
export async function readPolicies(
  desired: Desired,
  root: string,
  asking: Asking,
): Promise<ReadonlyMap<string, PolicyReading>> {
  const readings = policiesOf(desired).map(async (policy): Promise<readonly [string, PolicyReading]> => {
    const files = readFiles(policy, root);
    if ("code" in files) return [policy.name, files];
    const target = domainTarget(policy, desired);
    if (target === null) return [policy.name, { ...files, object: null }];
    const isKnown = asking.base === undefined || isReviewed(policy, desired, asking.base);
    return [policy.name, { ...files, object: isKnown ? await readObject(target, asking.domains) : UNREVIEWED }];
  });
  return new Map(await Promise.all(readings));
}

/** Whom to ask of objects, and, where the documents are not reviewed yet, what they would be merged into. */
interface Asking {
  readonly domains: PolicyDomains;
  readonly base: Estate | undefined;
}

/** True where the base, too, would send this password to these servers. Who may change a document would else choose who gets it. */
function isReviewed({ address, spec }: Policy, { estate }: Desired, base: Estate): boolean {
  const before = base.byAddress.get(address) as Policy | undefined;
  return (
    isDeepStrictEqual(before?.spec.publish?.domain, spec.publish?.domain) &&
    isDeepStrictEqual(base.settings.providers?.sites?.secrets, estate.settings.providers?.sites?.secrets)
  );
}

type Policy = Resource<WorkspaceSecurityPolicySpec>;

const UNREVIEWED: DomainVerdict = {
  code: "domain-unreviewed",
  failure: "retryable",
  message:
    "this pull request says anew where the password of its domain is sent: nobody is asked before that is merged",
  next: "merge that by itself; the next pull request is planned against the domain",
};

/** Where a policy is pushed; null where its document names no domain. */
export function domainTarget(
  { name, spec }: Resource<WorkspaceSecurityPolicySpec>,
  { estate }: Pick<Desired, "estate">,
): DomainTarget | null {
  const domain = spec.publish?.domain;
  if (domain === undefined) return null;
  const allowed = estate.settings.providers?.sites?.secrets ?? { environment: [], folders: [] };
  return { domain, object: domain.object ?? gpoName(name), allowed };
}

async function readObject(target: DomainTarget, domains: PolicyDomains): Promise<ObjectReading | DomainVerdict> {
  try {
    return await domains.readObject(target);
  } catch (error) {
    if (error instanceof DomainTrouble) return error.verdict;
    throw error;
  }
}

type FileReading =
  | Exclude<PolicyReading, { readonly object: unknown }>
  | Omit<Extract<PolicyReading, { readonly object: unknown }>, "object">;

function readFiles({ name, spec }: Resource<WorkspaceSecurityPolicySpec>, root: string): FileReading {
  const template = readPolicyTemplate(root, spec.template);
  if ("code" in template) {
    const { code, field, message, hint } = template;
    return { code, path: ["spec", "template", field], message, hint };
  }
  const folder = publishFolder(name, spec.publish);
  const published = readPublishedBundle(root, folder);
  if ("trouble" in published) {
    const message = `${folder}: ${published.trouble}`;
    return {
      code: "publish-folder",
      path: ["spec", "publish", "folder"],
      message,
      hint: "name a folder of the repository",
    };
  }
  return { template, published };
}

/** What this estate has published and nobody declares any more. */
export function listPolicies(desired: Desired, root: string): WorkspacesObservation["published"] {
  const declared = new Set(policiesOf(desired).map(({ name }) => name));
  return listPublished(root).filter(
    ({ publisher }) => publisher.estate === desired.estate.name && !declared.has(publisher.policy),
  );
}
