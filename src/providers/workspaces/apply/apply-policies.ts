import type { Resource } from "../../../estate/resource.ts";
import type { WorkspaceSecurityPolicySpec } from "../../../generated/documents.ts";
import type { Change } from "../../../plan/change.ts";
import type { Outcome } from "../../../plan/outcome.ts";
import type { Session, Work } from "../../provider.ts";
import { bundleFor } from "../compare-policies.ts";
import { DomainTrouble } from "../gpo/domain/domain-trouble.ts";
import type { PolicyDomainsWriter } from "../gpo/domain/policy-domains.ts";
import { pushObject } from "../gpo/domain/push-object.ts";
import { publishFolder, removePolicyBundle, writePolicyBundle } from "../gpo/published-folder.ts";
import type { WorkspacesObservation } from "../model.ts";
import { domainTarget } from "../policies-observe.ts";

/** Files of the state repository's folder and objects of domains; nothing of it goes to AWS. */
export async function* applyPolicies(
  work: Work<WorkspacesObservation>,
  domains: PolicyDomainsWriter,
  session: Session,
): AsyncIterable<Outcome> {
  for (const change of work.changes.filter(({ kind }) => kind === "WorkspaceSecurityPolicy")) {
    const { address, name } = change;
    const removed = work.observation.published.find(({ publisher }) => publisher.policy === name);
    if (change.action === "delete" && removed !== undefined) {
      removePolicyBundle(session.root, removed.folder, removed.publisher);
      yield { status: "done", address, message: `${removed.folder} is gone` };
    } else yield await publish(change, { work, domains, session });
  }
}

interface Publishing {
  readonly work: Work<WorkspacesObservation>;
  readonly domains: PolicyDomainsWriter;
  readonly session: Session;
}

async function publish({ address, name }: Change, { work, domains, session }: Publishing): Promise<Outcome> {
  const policy = work.desired.estate.byAddress.get(address) as Resource<WorkspaceSecurityPolicySpec> | undefined;
  if (policy === undefined) throw new Error(`${address} is not declared`);
  const answer = bundleFor(policy, work.desired.estate.name, work.observation.policies.get(name));
  if ("findings" in answer) throw new Error(`${address} cannot be rendered`);
  const { bundle, object } = answer;
  const folder = publishFolder(name, policy.spec.publish);
  if (bundle.fields.length > 0) writePolicyBundle(session.root, folder, bundle);
  const target = domainTarget(policy, work.desired);
  if (target === null || object === null || object.fields.length === 0)
    return { status: "done", address, message: `published to ${folder}` };
  session.signal.throwIfAborted();
  try {
    await pushObject(domains, target, object.push);
    return { status: "done", address, message: `"${target.object}" of ${target.domain.name} is as declared` };
  } catch (error) {
    if (!(error instanceof DomainTrouble)) throw error;
    const { failure, message, next } = error.verdict;
    return { status: "failed", address, failure, message, next };
  }
}
