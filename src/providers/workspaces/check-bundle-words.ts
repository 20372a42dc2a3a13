/** Whether a document's operating system is the one its bundle speaks of: AWS tells it nowhere but in names. Pure. */
import type { BundleChoice } from "../../generated/documents.ts";
import type { Refusal } from "../refusal.ts";

const SYSTEM_WORDS = {
  windows: /\bwindows\b/i,
  ubuntu: /\bubuntu\b/i,
  rhel: /\b(rhel|red hat)\b/i,
  rocky: /\brocky\b/i,
} as const;

export interface SystemQuestion {
  readonly bundle: BundleChoice;
  readonly operatingSystem: string;
}

export function systemRefusal({ bundle, operatingSystem }: SystemQuestion): Refusal | null {
  const text = typeof bundle === "string" ? bundle : [bundle.name ?? "", ...(bundle.contains ?? [])].join("\n");
  const named = Object.entries(SYSTEM_WORDS).flatMap(([system, words]) => (words.test(text) ? [system] : []));
  const [system] = named;
  if (system === undefined || named.includes(operatingSystem)) return null;
  return {
    code: "system-differs",
    message: `the bundle's name says ${system}, and operatingSystem is ${operatingSystem}: checks and the price go by the latter`,
    hint: `write operatingSystem: ${system}, or name another bundle`,
  };
}

export function licenseRefusal({
  operatingSystem,
  license,
}: {
  readonly operatingSystem: string;
  readonly license: string;
}): Refusal | null {
  if (license !== "byol" || operatingSystem === "windows") return null;
  return {
    code: "license-system",
    message: `license: byol brings a Windows licence along, and the desktop's system is ${operatingSystem}`,
    hint: "remove license, or write operatingSystem: windows",
  };
}
