/** Which changes lead to what must not be. Pure. */
import type { Address } from "../../../estate/resource.ts";
import { describeObject } from "../live.ts";
import type { Finding } from "../reach/prove.ts";
import { isClosing, type Step } from "../steps.ts";

/** What one document's change does, as far as it is to be carried out. */
export interface Part {
  readonly address: Address;
  readonly steps: readonly Step[];
  /** The namespaces of the desktops that it touches. */
  readonly namespaces: ReadonlySet<string>;
  /** It lets somebody to something who was not let before. */
  readonly opens: boolean;
  /** It is the cluster's own, and so concerns everybody. */
  readonly isShared: boolean;
}

/** A finding of the world to come, and whether it stands already. */
export interface Charge {
  readonly finding: Finding;
  readonly isNew: boolean;
  /** It is about something that all desktops share. */
  readonly isShared: boolean;
}

/**
 * What opens nothing goes ahead, whatever else stands open: revocations above all. What is new is the fault of who touches
 * the desktop, else of who writes an object on the way, else of everything that opens anything. Whoever is taken out for no
 * fault of theirs leaves the finding standing, and the next round names the next.
 */
export function blame({ finding, isNew, isShared }: Charge, parts: readonly Part[]): readonly Address[] {
  const opening = parts.filter((part) => part.opens || (isNew && part.steps.some((step) => !isClosing(step))));
  if (isShared) return addresses(opening.filter((part) => part.opens || part.isShared));
  const here = opening.filter(({ namespaces }) => namespaces.has(finding.namespace));
  if (!isNew) return addresses(here);
  const onTheWay = opening.filter((part) => isOnTheWay(part, finding));
  // A route that takes another's requests is the fault of whose it is; a way in, of whose desktop it ends at.
  const suspects = finding.kind === "hijack" ? [onTheWay, here] : [here, onTheWay];
  return addresses(suspects.find((some) => some.length > 0) ?? opening);
}

function addresses(parts: readonly Part[]): readonly Address[] {
  return [...new Set(parts.map(({ address }) => address))];
}

function isOnTheWay({ steps }: Part, { path }: Finding): boolean {
  const titles = new Set(path.flatMap(({ object }) => object?.split(", ") ?? []));
  return steps.some((step) => step.do === "apply" && titles.has(describeObject(step.rendered.object)));
}
