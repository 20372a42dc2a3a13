import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const TOOLS = {
  wireguard: ["wg", "wireguard-go", "ip"],
  ssh: ["ssh", "sshd", "ssh-keygen"],
  /** Debian's package, wherever else PATH may lead. */
  awscli: ["/usr/bin/aws"],
  samba: ["/usr/bin/python3"],
  directory: ["samba", "samba-tool", "ldbadd", "ldapsearch", "smbclient", "dig", "openssl"],
} as const;

/**
 * Why tests of the real system cannot run here, or null when they can. With REEVE_REQUIRE_SYSTEM_TESTS=1 a missing
 * need is a failure: a machine that is meant to run them must not skip them in silence.
 */
export function systemTestsMissing(...needs: readonly (keyof typeof TOOLS)[]): string | null {
  const missing = missingNeeds(needs);
  if (missing.length === 0) return null;
  const text = `system tests need ${missing.join(", ")}`;
  if (process.env.REEVE_REQUIRE_SYSTEM_TESTS === "1") throw new Error(text);
  process.stderr.write(`SKIPPED: ${text}\n`);
  return text;
}

function missingNeeds(needs: readonly (keyof typeof TOOLS)[]): readonly string[] {
  const needsRoot = needs.some((need) => need !== "awscli");
  if (needsRoot && process.getuid?.() !== 0) return ["root"];
  const tools = needs.flatMap((need) => TOOLS[need]).filter((tool) => !isInstalled(tool));
  if (tools.length > 0) return tools;
  if (needs.includes("samba") && !hasSambaParser()) return ["Debian's python3-samba"];
  if (!needs.includes("wireguard")) return [];
  if (!existsSync("/dev/net/tun")) return ["/dev/net/tun"];
  return canMakeNamespaces() ? [] : ["the right to make network namespaces"];
}

function isInstalled(tool: string): boolean {
  const path = `${process.env.PATH}:/usr/sbin:/sbin`;
  return spawnSync("/bin/sh", ["-c", 'command -v "$1"', "sh", tool], { env: { PATH: path } }).status === 0;
}

function hasSambaParser(): boolean {
  return spawnSync("/usr/bin/python3", ["-c", "import samba.dcerpc.preg"]).status === 0;
}

function canMakeNamespaces(): boolean {
  const name = `reeve-probe-${process.pid}`;
  if (spawnSync("ip", ["netns", "add", name]).status !== 0) return false;
  spawnSync("ip", ["netns", "del", name]);
  return true;
}
