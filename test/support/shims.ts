import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { whereIs } from "./hub-shell.ts";
import type { Watch, WatchOrder } from "./watch.ts";

/** Stand-ins for every program that Reeve and its scripts may call, in a folder that is the whole PATH. */
export function watchPrograms(programs: readonly string[]): Watch {
  const folder = mkdtempSync(join(tmpdir(), "reeve-shims-"));
  const inside = (name: string): string => join(folder, `.${name}`);
  const installed = programs.filter((program) => isInstalled(program));
  for (const program of installed) {
    writeFileSync(join(folder, program), shimText(program, folder));
    chmodSync(join(folder, program), 0o755);
  }
  const read = (name: string): string => (existsSync(inside(name)) ? readFileSync(inside(name), "utf8") : "");
  return {
    environment: { PATH: folder },
    begun: (pid) => writeFileSync(inside("pid"), `${pid}\n`),
    arm: (order) => {
      for (const name of ["calls", "argv"]) writeFileSync(inside(name), "");
      for (const name of ["reached", "go", "struck"]) rmSync(inside(name), { force: true, recursive: true });
      writeFileSync(inside("order"), `${orderLine(order)}\n`);
    },
    calls: () => read("calls").split("\n").filter(Boolean),
    said: () => read("argv"),
    reached: async () => {
      while (!existsSync(inside("reached"))) await setTimeout(10);
    },
    go: () => writeFileSync(inside("go"), ""),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function orderLine(order: WatchOrder): string {
  if (order.do === "kill") return `kill ${order.when} ${order.at}`;
  return order.do === "count" ? "count - 0" : `${order.do} ${order.call} 0`;
}

function shimText(program: string, folder: string): string {
  return `#!/bin/sh
D=${folder}
echo ${program} >>$D/.calls
printf '%s\\n' "$*" >>$D/.argv
read -r what which at <$D/.order
die() { read -r pid <$D/.pid; kill -9 "$pid" 2>/dev/null; kill -9 0; }
if [ "$what" = kill ]; then
  n=0
  while read -r _; do n=$((n + 1)); done <$D/.calls
  case $which in
    before) [ "$n" -lt "$at" ] || die ;;
    after) if [ "$n" -ge "$at" ] && /bin/mkdir $D/.struck 2>/dev/null; then ${whereIs(program)} "$@"; die; fi ;;
    reeve) if [ "$n" -ge "$at" ] && /bin/mkdir $D/.struck 2>/dev/null; then read -r pid <$D/.pid; kill -9 "$pid"; fi ;;
  esac
fi
if [ "$what" = kill-after ] && [ "$which" = ${program} ]; then ${whereIs(program)} "$@"; die; fi
if [ "$what" = pause ] && [ "$which" = ${program} ] && [ ! -e $D/.reached ]; then
  : >$D/.reached
  while [ ! -e $D/.go ]; do /bin/sleep 0.02; done
fi
exec ${whereIs(program)} "$@"
`;
}

function isInstalled(program: string): boolean {
  try {
    return whereIs(program) !== "";
  } catch {
    return false;
  }
}
