/** What the configuration refers to and the server does not give: said here, where nobody reads the server's log. */
import type { Appliance } from "./appliance.ts";

/** Names, sorted. */
export function missingCredentials({ applied, credentials }: Appliance): readonly string[] {
  if (applied === null) return [];
  const { domain, targets } = applied.configuration;
  const wanted = [domain.credentialsRef, ...targets.map(({ credentialsRef }) => credentialsRef)];
  const names = new Set(wanted.filter((name) => name !== undefined));
  return [...names].filter((name) => credentials?.byName.has(name) !== true).toSorted();
}
