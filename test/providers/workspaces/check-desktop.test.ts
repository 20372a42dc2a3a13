import { describe, expect, test } from "vitest";
import { checkChanged, type Row } from "./checked.ts";

const VOLUMES: readonly Row[] = [
  [
    "a user volume between two",
    "volume-pair a root volume of 80 GiB with a user volume of 60 GiB is no pair that WorkSpaces has",
    "volumes: { rootGib: 80, userGib: 50 }",
    "volumes: ⟦{ rootGib: 80, userGib: 60 }",
  ],
  [
    "a root volume between two",
    "volume-pair a root volume of 100 GiB with a user volume of 50 GiB is no pair that WorkSpaces has",
    "volumes: { rootGib: 80, userGib: 50 }",
    "volumes: ⟦{ rootGib: 100, userGib: 50 }",
  ],
  [
    "graphics' own pair on other hardware",
    "volume-pair a root volume of 100 GiB with a user volume of 100 GiB is no pair that WorkSpaces has",
    "volumes: { rootGib: 80, userGib: 50 }",
    "volumes: ⟦{ rootGib: 100, userGib: 100 }",
  ],
  [
    "a small user volume with a large root",
    "volume-pair a root volume of 500 GiB with a user volume of 50 GiB is no pair that WorkSpaces has",
    "volumes: { rootGib: 80, userGib: 50 }",
    "volumes: ⟦{ rootGib: 500, userGib: 50 }",
  ],
  [
    "too small for graphics",
    "volume-pair a root volume of 80 GiB with a user volume of 100 GiB is no pair that WorkSpaces has for graphics-g4dn",
    "volumes: { rootGib: 80, userGib: 50 }",
    "compute: graphics-g4dn\n  volumes: ⟦{ rootGib: 80, userGib: 100 }",
  ],
  [
    "too small for general purpose",
    "volume-pair a root volume of 80 GiB with a user volume of 100 GiB is no pair that WorkSpaces has for generalpurpose-8xlarge",
    "volumes: { rootGib: 80, userGib: 50 }",
    "compute: generalpurpose-8xlarge\n  volumes: ⟦{ rootGib: 80, userGib: 100 }",
  ],
  [
    "of a blueprint",
    "volume-pair a root volume of 175 GiB with a user volume of 50 GiB is no pair that WorkSpaces has",
    "volumes: { rootGib: 175, userGib: 100, encryption",
    "volumes: ⟦{ rootGib: 175, userGib: 50, encryption",
  ],
  [
    "of a blueprint, with hardware of its desktop",
    "volume-pair a root volume of 80 GiB with a user volume of 50 GiB is no pair that WorkSpaces has for generalpurpose-4xlarge; the pair is of WorkspaceBlueprint/robotics",
    "175, userGib: 100, encryption: { keyFrom: alias/workspaces } }",
    "80, userGib: 50 }",
    "compute: power\n",
    "compute: ⟦generalpurpose-4xlarge\n",
  ],
  [
    "its own, with hardware of its blueprint",
    "volume-pair a root volume of 80 GiB with a user volume of 100 GiB is no pair that WorkSpaces has for graphics-g4dn; the compute type is of WorkspaceBlueprint/robotics",
    "compute: performance\n",
    "compute: graphics-g4dn\n",
    "compute: power\n",
    "volumes: ⟦{ rootGib: 80, userGib: 100 }\n",
  ],
  [
    "beyond what there is",
    "bad-value spec.volumes.rootGib: 2001 is more than 2000, the most that is allowed",
    "volumes: { rootGib: 80, userGib: 50 }",
    "volumes: { rootGib: ⟦2001, userGib: 100 }",
  ],
  [
    "one without the other",
    "missing-field spec.volumes.userGib is missing",
    "volumes: { rootGib: 80, userGib: 50 }",
    "⟦volumes: { rootGib: 80 }",
  ],
];

const RUNNING: readonly Row[] = [
  [
    "no whole hours",
    "auto-stop-hours AWS stops desktops after whole hours, and 90m is none",
    "afterIdle: 1h",
    "afterIdle: ⟦90m",
  ],
  [
    "less than an hour",
    "auto-stop-hours AWS stops desktops after whole hours, and 30m is none",
    "afterIdle: 1h",
    "afterIdle: ⟦30m",
  ],
  [
    "none at all",
    "auto-stop-hours AWS stops desktops after whole hours, and 0s is none",
    "afterIdle: 1h",
    "afterIdle: ⟦0s",
  ],
  [
    "of a blueprint",
    "auto-stop-hours AWS stops desktops after whole hours, and 150m is none",
    "afterIdle: 2h",
    "afterIdle: ⟦150m",
  ],
  [
    "always on with a time-out",
    "always-on-time-out an always-on desktop does not stop by itself, so it has no time-out (1h)",
    "mode: auto-stop, afterIdle: 1h",
    "mode: always-on, afterIdle: ⟦1h",
  ],
  ["manual", 'bad-value spec.running.mode: "manual" is not one of', "mode: auto-stop, afterIdle: 1h", "mode: ⟦manual"],
  [
    "kept stopped and always on",
    "stopped-always-on AWS stops no always-on desktop, and spec.running says always-on",
    "running: { mode: auto-stop, afterIdle: 1h }",
    "running: { mode: always-on }",
    "desiredState: any",
    "desiredState: ⟦stopped",
  ],
  [
    "kept stopped, and always on by its blueprint",
    "stopped-always-on AWS stops no always-on desktop, and WorkspaceBlueprint/robotics makes it always-on",
    "mode: auto-stop, afterIdle: 2h",
    "mode: always-on",
    "compute: power\n",
    "desiredState: ⟦stopped\n",
    "blueprint: robotics\n  placement: { directory: oregon }",
    "blueprint: office\n  placement: { directory: oregon }",
    "# end",
    "---\napiVersion: reeve.dev/v1\nkind: WorkspaceBlueprint\nmetadata: { name: office }\nspec: { bundle: standard-windows }\n",
  ],
  [
    "kept stopped and in maintenance",
    "stopped-maintenance a desktop enters maintenance only while it runs, and desiredState keeps this one stopped",
    "desiredState: any",
    "desiredState: stopped\n  maintenance: ⟦true",
  ],
  ["another protocol", "unknown-field spec has no field", "desiredState: any", "⟦protocol: PCOIP"],
];

const LIFECYCLE: readonly Row[] = [
  [
    "an end that has passed",
    "warning expired the end, 2026-06-30T00:00:00Z, has passed: after the grace period the desktop is deleted, and none is made",
    '"2027-06-30T00:00:00Z" }\n  startDate: 2026-12-01',
    '⟦"2026-06-30T00:00:00Z" }',
  ],
  [
    "a leap second",
    "invalid-instant 2026-12-31T23:59:60Z is no instant",
    '"2027-06-30T00:00:00Z"',
    '⟦"2026-12-31T23:59:60Z"',
  ],
  [
    "an end without a zone",
    'bad-value spec.lifecycle.expiresAt: "2027-06-30T00:00:00" is not a point in time as it is written here: RFC 3339 with its zone',
    '"2027-06-30T00:00:00Z"',
    '⟦"2027-06-30T00:00:00"',
  ],
  [
    "a first day after the end",
    "start-after-end the first day, 2027-06-30, is not before the end (expiresAt: 2027-06-30T00:00:00.000Z)",
    "startDate: 2026-12-01",
    "startDate: ⟦2027-06-30",
  ],
  [
    "a first day after the blueprint's end",
    "start-after-end the first day, 2027-02-01, is not before the end (expiresAt of WorkspaceBlueprint/robotics: 2027-01-01T00:00:00.000Z)",
    "maxLifetime: 180d",
    'expiresAt: "2027-01-01T00:00:00Z"',
    "compute: power\n",
    "startDate: ⟦2027-02-01\n",
  ],
  [
    "a first day that no calendar has",
    "invalid-date the calendar has no day 2027-02-29",
    "startDate: 2026-12-01",
    "startDate: ⟦2027-02-29",
  ],
  [
    "a grace period longer than the life",
    "grace-too-long a grace period of 181d is longer than the whole lifetime of 180d",
    "gracePeriod: 7d",
    "gracePeriod: ⟦181d",
  ],
  [
    "a grace period longer than the blueprint's life",
    "grace-too-long a grace period of 26w is longer than the whole lifetime of 180d; the lifetime is of WorkspaceBlueprint/robotics",
    "compute: power\n",
    "lifecycle: { gracePeriod: ⟦26w }\n",
  ],
  [
    "a life shorter than the blueprint's grace period",
    "grace-too-long a grace period of 7d is longer than the whole lifetime of 5d; the grace period is of WorkspaceBlueprint/robotics",
    "compute: power\n",
    "lifecycle: { maxLifetime: ⟦5d }\n",
  ],
  [
    "no life at all",
    "lifetime-zero a lifetime of 0d is over before the desktop is made",
    "maxLifetime: 180d, terminateAfterUnused: 60d, gracePeriod: 7d",
    "maxLifetime: ⟦0d",
  ],
  [
    "unused for less than a night",
    "unused-too-short 8h without a connection is shorter than a night: the desktop would be gone by morning",
    "terminateAfterUnused: 60d",
    "terminateAfterUnused: ⟦8h",
  ],
  [
    "an end that protection refuses",
    "warning protected-end protection refuses every deletion, so this end is announced and never comes",
    "compute: power\n",
    "lifecycle: { protection: true, terminateAfterUnused: ⟦30d }\n",
  ],
];

describe.each(Object.entries({ VOLUMES, RUNNING, LIFECYCLE }))("%s", (_group, rows) => {
  test.each(rows)("%s", (_name, says, ...edits) => {
    const { found, place, hints } = checkChanged(edits);
    expect(hints.every((hint) => hint !== "")).toBe(true);
    expect(found.map((text) => text.slice(0, place.length + 1 + says.length))).toEqual([`${place} ${says}`]);
  });
});
