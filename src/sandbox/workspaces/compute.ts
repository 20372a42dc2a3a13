/** Compute types in order of size, by family; a change stays within its family. */
const PLAIN = [
  "VALUE",
  "STANDARD",
  "PERFORMANCE",
  "POWER",
  "POWERPRO",
  "GENERALPURPOSE_4XLARGE",
  "GENERALPURPOSE_8XLARGE",
];
const G4DN = ["GRAPHICS_G4DN", "GRAPHICSPRO_G4DN"];
const G6 = ["LARGE", "XLARGE", "2XLARGE", "4XLARGE", "8XLARGE", "16XLARGE"].map((size) => `GRAPHICS_G6_${size}`);
const G6F = ["LARGE", "XLARGE", "2XLARGE", "4XLARGE"].map((size) => `GRAPHICS_G6F_${size}`);
const OTHER = ["GRAPHICS", "GRAPHICSPRO", "GRAPHICS_GR6_4XLARGE", "GRAPHICS_GR6_8XLARGE", "GRAPHICS_GR6F_4XLARGE"];

export const COMPUTE_TYPES: readonly string[] = [...PLAIN, ...G4DN, ...G6, ...G6F, ...OTHER];

export type ComputeMove = "upsize" | "downsize" | "impossible";

/** What a change of compute type is: the service allows it within PLAIN and within G4DN, and nowhere else. */
export function computeMove(from: string, to: string, options: { readonly withValue: boolean }): ComputeMove {
  if (!options.withValue && (from === "VALUE" || to === "VALUE")) return "impossible";
  const family = [PLAIN, G4DN].find((one) => one.includes(from) && one.includes(to));
  if (family === undefined || from === to) return "impossible";
  return family.indexOf(to) > family.indexOf(from) ? "upsize" : "downsize";
}
