/** One round: report, and do what the answer asks for. Wants are levels: asked again until they are reported done. */
import type { Appliance } from "./appliance.ts";
import { checkIn } from "./check-in.ts";
import { followConfiguration } from "./follow-configuration.ts";
import { followCredentials } from "./follow-credentials.ts";
import { rememberTrouble } from "./remember-trouble.ts";
import { scanTargets } from "./scan-targets.ts";
import { workOnDomain } from "./work-on-domain.ts";

export interface Round {
  /** True where there is something to report already. */
  readonly hasNews: boolean;
  readonly pollSeconds: number;
}

export function runRound(appliance: Appliance): Promise<Round> {
  return rememberTrouble(appliance, () => work(appliance));
}

async function work(appliance: Appliance): Promise<Round> {
  const answer = await checkIn(appliance);
  const news = [
    await followConfiguration(appliance, answer.configHash),
    await followCredentials(appliance, answer.credentialsVersion),
    await workOnDomain(appliance, answer.wanted.enumeration),
    await scanTargets(appliance, answer.wanted.scan),
  ];
  return { hasNews: news.includes(true), pollSeconds: answer.pollSeconds };
}
