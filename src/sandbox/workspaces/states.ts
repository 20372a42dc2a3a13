/** Which states each operation takes a desktop in (administration guide; docs/sandbox.md names what is unverified). */
const TAKES = {
  start: ["STOPPED"],
  stop: ["AVAILABLE", "IMPAIRED", "UNHEALTHY", "ERROR"],
  reboot: ["AVAILABLE", "UNHEALTHY", "REBOOTING"],
  rebuild: ["AVAILABLE", "ERROR", "UNHEALTHY", "STOPPED", "REBOOTING"],
  restore: ["AVAILABLE", "ERROR", "UNHEALTHY", "STOPPED"],
  modify: ["AVAILABLE", "STOPPED"],
  migrate: ["AVAILABLE", "STOPPED", "ERROR"],
} as const satisfies Record<string, readonly string[]>;

export type Verb = keyof typeof TAKES | "terminate";

export function takes(verb: Verb, state: string): boolean {
  if (verb === "terminate") return !["SUSPENDED", "TERMINATING", "TERMINATED"].includes(state);
  const states: readonly string[] = TAKES[verb];
  return states.includes(state);
}

/** What an operation passes through and ends in. */
export const COURSES = {
  start: { during: "STARTING", after: "AVAILABLE" },
  stop: { during: "STOPPING", after: "STOPPED" },
  reboot: { during: "REBOOTING", after: "AVAILABLE" },
  rebuild: { during: "REBUILDING", after: "AVAILABLE" },
  restore: { during: "RESTORING", after: "AVAILABLE" },
} as const satisfies Partial<Record<Verb, { readonly during: string; readonly after: string }>>;

export type Course = keyof typeof COURSES;
