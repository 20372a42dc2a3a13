import type { Call } from "../call.ts";
import { BUNDLE_ID } from "../ids.ts";
import { checkLength, checkPattern, type Input, optionalText, optionalTexts } from "../input.ts";
import { takePage } from "../paging.ts";
import type { Bundle } from "../world.ts";

/** The service has no Limit here and chooses its own page. */
const PAGE = 25;

/** By ids, or by owner: `AMAZON`, or nothing for the account's own. */
export function describeBundles(input: Input, call: Call): object {
  const ids = optionalTexts(input, "BundleIds");
  if (ids !== undefined) checkLength(ids, "BundleIds", 25);
  for (const id of ids ?? []) checkPattern(id, "BundleIds", BUNDLE_ID);
  const owner = optionalText(input, "Owner") ?? call.world.accountId;
  const accepts = ({ wire }: Bundle): boolean =>
    ids === undefined ? wire.Owner === owner : ids.includes(wire.BundleId);
  const page = takePage(call, {
    operation: "DescribeWorkspaceBundles",
    limit: PAGE,
    token: optionalText(input, "NextToken"),
    keys: () => Object.values(call.region.bundles).flatMap((one) => (accepts(one) ? one.wire.BundleId : [])),
  });
  return {
    Bundles: page.keys.flatMap((id) => call.region.bundles[id]?.wire ?? []),
    ...(page.next === undefined ? {} : { NextToken: page.next }),
  };
}
