/** Policies that go into domains: one object a policy, and passwords from where the estate allows. */
import { isAbsolute, relative } from "node:path";
import type { Finding, Path, Resource } from "../../estate/resource.ts";
import type { WorkspaceSecurityPolicySpec } from "../../generated/documents.ts";
import type { Desired } from "../provider.ts";
import type { DomainTarget } from "./gpo/domain/policy-domains.ts";
import { domainTarget, policiesOf } from "./policies-observe.ts";

export function* checkPolicies(desired: Desired): Generator<Finding> {
  const holders = new Map<string, Resource>();
  for (const policy of policiesOf(desired)) {
    const target = domainTarget(policy, desired);
    if (target === null) continue;
    yield* checkPassword(policy, target);
    const place = `${target.domain.name}\n${target.object}`.toLowerCase();
    const holder = holders.get(place);
    if (holder === undefined) holders.set(place, policy);
    else
      yield {
        severity: "error",
        code: "object-shared",
        message: `"${target.object}" of ${target.domain.name} is the object of ${holder.address}, too`,
        hint: "give each policy an object of its own, and link both",
        resource: policy,
        path: ["spec", "publish", "domain"],
      };
  }
}

function* checkPassword(
  resource: Resource<WorkspaceSecurityPolicySpec>,
  { domain: { passwordFrom }, allowed }: DomainTarget,
): Generator<Finding> {
  const { env, file, age } = passwordFrom;
  const refuse = (source: string, code: string, words: { message: string; hint: string }): Finding => {
    const path: Path = ["spec", "publish", "domain", "passwordFrom", source];
    return { severity: "error", code, ...words, resource, path };
  };
  if (env !== undefined && !allowed.environment.includes(env)) {
    const hint = "add it to providers.sites.secrets.environment of the estate";
    yield refuse("env", "secret-not-allowed", { message: `the estate does not allow the variable ${env}`, hint });
  }
  if (file !== undefined && !allowed.folders.some((folder) => isInside(file, folder))) {
    const hint = `allowed: ${allowed.folders.join(", ") || "none"} (providers.sites.secrets.folders of the estate)`;
    yield refuse("file", "secret-not-allowed", { message: `${file} is in no folder that the estate allows`, hint });
  }
  if (age !== undefined) {
    const message = "a sealed password opens with the daemon's key alone, and planning has no such key";
    yield refuse("age", "secret-source", { message, hint: "use file, env, awsSecretsManager or vault" });
  }
}

function isInside(file: string, folder: string): boolean {
  const way = relative(folder, file);
  return way !== "" && !way.startsWith("..") && !isAbsolute(way);
}
