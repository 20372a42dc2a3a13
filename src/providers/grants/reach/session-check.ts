import { asksProvider } from "./authorization.ts";
import type { Infrastructure, Workstation } from "./cast.ts";
import { described, podsOf, type Scene } from "./entries.ts";
import type { Finding } from "./prove.ts";

/** A desktop before which the cluster's session check is not asked, though its document wants that. */
export function uncheckedSessions({ world, infra }: Scene, workstation: Workstation): readonly Finding[] {
  const check = infra.sessionCheck;
  if (check === undefined || workstation.closed !== null) return [];
  const { namespace, port } = workstation;
  const isAsked = podsOf(world, workstation).every((pod) =>
    asksProvider(world, pod, { provider: check.provider, port }),
  );
  if (isAsked) return [];
  const words = `no CUSTOM policy surely asks ${check.provider} before ${described(workstation)}: a session that has ended may still get in`;
  return [{ kind: "unchecked", namespace, refuses: true, words, path: [] }];
}

/** Whether the mesh has the provider that policies name. */
export function providerFindings({ sessionCheck }: Infrastructure): readonly Finding[] {
  if (sessionCheck === undefined) return [];
  const { provider, known } = sessionCheck;
  if (known?.includes(provider) === true) return [];
  const words =
    known === null
      ? `whether the mesh has an extension provider ${provider} was not read`
      : `the mesh has no extension provider ${provider}: what asks it may let sessions in that have ended`;
  return [{ kind: "unchecked", namespace: "", refuses: known !== null, words, path: [] }];
}
