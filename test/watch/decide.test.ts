import { expect, test } from "vitest";
import type { Change } from "../../src/plan/change.ts";
import { type Cause, decide, type Mode } from "../../src/watch/decide.ts";
import { change } from "../support/literals.ts";

const blocked = { code: "held", message: "no room", next: "make some" };

/** `hub` first, since `peer` depends on it; what each comes from, and its mode. */
test.each([
  {
    name: "drift by mode",
    hub: ["drift", "report"],
    peer: ["drift", "correct"],
    left: ["reported", "waits for K/hub, which is left"],
  },
  { name: "both corrected", hub: ["drift", "correct"], peer: ["drift", "correct"], left: [null, null] },
  {
    name: "a commit carries along what it waits for",
    hub: ["drift", "report"],
    peer: ["commit", "report"],
    left: [null, null],
  },
  { name: "so does an instant", hub: ["drift", "propose"], peer: ["time", "report"], left: [null, null] },
  {
    name: "not what destroys",
    hub: ["drift", "report", { action: "delete" }],
    peer: ["time", "report"],
    left: ["reported", "waits for K/hub, which is left"],
  },
  {
    name: "not what is held",
    hub: ["drift", "report", { blocked }],
    peer: ["time", "report"],
    left: ["no room", "waits for K/hub, which is left"],
  },
  { name: "nothing waits for a peer", hub: ["commit", "report"], peer: ["drift", "report"], left: [null, "reported"] },
  { name: "halted", hub: ["time", "correct"], peer: ["commit", "correct"], halt: "paused", left: ["paused", "paused"] },
] satisfies readonly Row[])("$name", ({ hub, peer, halt, left }: Row) => {
  const [hubCause, hubMode, more = {}] = hub;
  const [peerCause, peerMode] = peer;
  const changes = [
    change("K/hub", { kind: "Hub", action: "update", ...more }),
    change("K/peer", { kind: "Peer", action: "update", dependsOn: ["K/hub"] }),
  ];
  const causes: Readonly<Record<string, Cause>> = { "K/hub": hubCause, "K/peer": peerCause };
  const decisions = decide(changes, {
    apply: "on-commit",
    modeOf: (kind) => (kind === "Hub" ? hubMode : peerMode),
    isOfCommit: (address) => causes[address] === "commit",
    isOfTime: ({ address }) => causes[address] === "time",
    halt: halt ?? null,
  });
  expect(decisions.map((one) => one.left)).toEqual(left);
});

interface Row {
  readonly name: string;
  readonly hub: readonly [Cause, Mode, Partial<Change>?];
  readonly peer: readonly [Cause, Mode];
  readonly halt?: string;
  readonly left: readonly (string | null)[];
}
