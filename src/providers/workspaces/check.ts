import type { Finding } from "../../estate/resource.ts";
import type { Desired } from "../provider.ts";

export function checkWorkspaces(_desired: Desired, _now: Date): readonly Finding[] {
  return [];
}
