import type { BundleChoice } from "../../generated/documents.ts";
import { suggest } from "../../support/did-you-mean.ts";
import { canonicalJson } from "../../support/json.ts";
import type { LiveBundle, RegionReading } from "./model.ts";
import type { DirectoryFacts } from "./topology.ts";

/** The bundle that a document means in one directory, or why there is none. */
export type BundleAnswer =
  | { readonly id: string; readonly bundle: LiveBundle | null }
  | { readonly code: string; readonly message: string; readonly hint: string };

type Readable = Extract<RegionReading, { readonly desktops: unknown }>;

/** A name or an id needs no look at AWS. */
export function declaredBundleId(choice: BundleChoice, directory: DirectoryFacts): string | null {
  if (typeof choice !== "string") return null;
  return choice.startsWith("wsb-") ? choice : (directory.resource.spec.bundles[choice] ?? null);
}

export function selectorKey(choice: Exclude<BundleChoice, string>): string {
  return canonicalJson(choice);
}

export function findBundle(choice: BundleChoice, directory: DirectoryFacts, reading: Readable): BundleAnswer {
  if (typeof choice !== "string") return findSelected(choice, reading);
  const id = declaredBundleId(choice, directory);
  if (id === null) {
    const names = Object.keys(directory.resource.spec.bundles);
    return {
      code: "unknown-bundle",
      message: `WorkspaceDirectory/${directory.name} has no bundle named "${choice}"`,
      hint: suggest(choice, names),
    };
  }
  const bundle = reading.bundles.get(id) ?? null;
  if (bundle !== null) return { id, bundle };
  return {
    code: "unknown-bundle",
    message: `there is no bundle ${id} in ${reading.region} (Amazon retires bundles; another region's have other ids)`,
    hint:
      choice === id
        ? "correct spec.bundle, here or in the blueprint"
        : `correct spec.bundles of WorkspaceDirectory/${directory.name}`,
  };
}

function findSelected(choice: Exclude<BundleChoice, string>, reading: Readable): BundleAnswer {
  const ids = reading.selected.get(selectorKey(choice)) ?? [];
  const [id] = ids;
  if (id !== undefined && ids.length === 1) return { id, bundle: reading.bundles.get(id) ?? null };
  const shown = ids.slice(0, 5).map((one) => `${one} (${reading.bundles.get(one)?.name ?? ""})`);
  return ids.length === 0
    ? {
        code: "bundle-none",
        message: `no bundle in ${reading.region} fits the selector`,
        hint: "loosen it, or name a bundle by its id",
      }
    : {
        code: "bundle-several",
        message: `${ids.length} bundles in ${reading.region} fit the selector: ${shown.join(", ")}`,
        hint: "name more of it, or the bundle's id, so that exactly one fits",
      };
}

export function fitsSelector(bundle: LiveBundle, choice: Exclude<BundleChoice, string>): boolean {
  const text = `${bundle.name}\n${bundle.description}`.toLowerCase();
  return (
    (choice.name === undefined || bundle.name === choice.name) &&
    (choice.compute === undefined || bundle.compute === choice.compute) &&
    (choice.contains ?? []).every((word) => text.includes(word.toLowerCase()))
  );
}
