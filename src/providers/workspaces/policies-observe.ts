import type { Resource } from "../../estate/resource.ts";
import type { WorkspaceSecurityPolicySpec } from "../../generated/documents.ts";
import type { Desired } from "../provider.ts";
import { listPublished, publishFolder, readPublishedBundle } from "./gpo/published-folder.ts";
import { readPolicyTemplate } from "./gpo/read-template.ts";
import type { PolicyReading, WorkspacesObservation } from "./model.ts";

export function policiesOf({ resources }: Desired): readonly Resource<WorkspaceSecurityPolicySpec>[] {
  return resources.filter(
    (one) => one.kind === "WorkspaceSecurityPolicy",
  ) as readonly Resource<WorkspaceSecurityPolicySpec>[];
}

/** Templates and published bundles, from the state repository's folder. */
export function readPolicies(desired: Desired, root: string): ReadonlyMap<string, PolicyReading> {
  return new Map(policiesOf(desired).map((policy) => [policy.name, readPolicy(policy, root)]));
}

function readPolicy({ name, spec }: Resource<WorkspaceSecurityPolicySpec>, root: string): PolicyReading {
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
