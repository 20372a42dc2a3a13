import type { Access } from "./entries.ts";
import type { Step } from "./model.ts";
import type { Finding } from "./prove.ts";

const STAGES = {
  route: "route",
  egress: "network, out",
  ingress: "network, in",
  mtls: "mutual TLS",
  token: "token",
  authorization: "Istio",
} as const satisfies Record<Step["at"], string>;

/** The way in words, one line a hop. */
function pathLines(path: readonly Step[]): readonly string[] {
  return path.map(
    ({ at, words, passes }) =>
      `${STAGES[at]}: ${words}${passes === "maybe" ? " (not sure; counted as the worse)" : ""}`,
  );
}

/** What is wrong, and the way that makes it so. */
export function findingLines({ words, namespaces, path }: Finding): readonly string[] {
  return [`${words}${alike(namespaces)}`, ...pathLines(path).map((line) => `  ${line}`)];
}

/** Who reaches what, and the way there. */
export function accessLines(access: Access): readonly string[] {
  const { who, what, meant, namespaces, reach } = access;
  const verb = reach.verdict === "depends" ? "may reach" : "reaches";
  const head = `${who} ${verb} ${what}${alike(namespaces)}${meant ? "" : ": not meant"}`;
  return [head, ...pathLines(reach.path).map((line) => `  ${line}`)];
}

function alike(namespaces: readonly string[] = []): string {
  return namespaces.length > 1 ? ` (and ${namespaces.length - 1} more namespaces alike)` : "";
}
