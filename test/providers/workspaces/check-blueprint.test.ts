import { describe, expect, test } from "vitest";
import { checkChanged, type Row } from "./checked.ts";

const OVERRIDES: readonly Row[] = [
  [
    "compute that is not among those",
    "override-not-allowed WorkspaceBlueprint/robotics does not let its desktops choose their compute type otherwise than among performance, power, generalpurpose-4xlarge",
    "compute: power\n",
    "compute: ⟦value\n",
  ],
  [
    "compute that no blueprint lets choose",
    "override-not-allowed WorkspaceBlueprint/robotics does not let its desktops choose their compute type otherwise than among performance",
    "compute: power\n",
    "compute: ⟦value\n",
    "compute: [power, generalpurpose-4xlarge], volumes",
    "volumes",
  ],
  [
    "the running mode",
    "override-not-allowed WorkspaceBlueprint/robotics does not let its desktops choose how they run (now auto-stop after 2h)",
    "compute: power\n",
    "running: ⟦{ mode: always-on }\n",
  ],
  [
    "the time-out",
    "override-not-allowed WorkspaceBlueprint/robotics does not let its desktops choose how they run (now auto-stop after 2h)",
    "compute: power\n",
    "running: ⟦{ mode: auto-stop, afterIdle: 3h }\n",
  ],
  [
    "another bundle",
    "override-not-allowed WorkspaceBlueprint/robotics does not let its desktops choose their bundle",
    "compute: power\n",
    "bundle: ⟦standard-windows\n",
  ],
  [
    "another system",
    "override-not-allowed WorkspaceBlueprint/robotics does not let its desktops choose their operatingSystem",
    "compute: power\n",
    "operatingSystem: ⟦rhel\n",
  ],
  [
    "another licence",
    "override-not-allowed WorkspaceBlueprint/robotics does not let its desktops choose their license",
    "compute: power\n",
    "license: ⟦byol\n",
  ],
  [
    "another key",
    "override-not-allowed WorkspaceBlueprint/robotics does not let its desktops choose their encryption",
    "compute: power\n",
    "volumes: { encryption: ⟦{ keyFrom: alias/mine } }\n",
  ],
  [
    "volumes beyond the largest",
    "override-limit 600 GiB is more than the 500 that WorkspaceBlueprint/robotics allows",
    "compute: power\n",
    "volumes: { rootGib: ⟦600, userGib: 200 }\n",
  ],
  [
    "volumes where none may be chosen",
    "override-not-allowed WorkspaceBlueprint/robotics does not let its desktops choose their volumes",
    "compute: power\n",
    "volumes: ⟦{ rootGib: 200, userGib: 200 }\n",
    ", volumes: { rootGib: 500, userGib: 200 } }",
    " }",
  ],
];

const SYSTEMS: readonly Row[] = [
  [
    "a bundle that says ubuntu, and windows by default",
    "warning system-differs the bundle's name says ubuntu, and operatingSystem is windows: checks and the price go by the latter",
    "  operatingSystem: ubuntu\n  volumes",
    "  volumes",
    "bundle: performance-ubuntu\n",
    "bundle: ⟦performance-ubuntu\n",
  ],
  [
    "a selector that says Red Hat",
    "warning system-differs the bundle's name says rhel, and operatingSystem is windows: checks and the price go by the latter",
    "bundle: standard-windows\n",
    "bundle: ⟦{ owner: amazon, contains: [Red Hat] }\n",
  ],
  [
    "a Windows licence for Linux",
    "license-system license: byol brings a Windows licence along, and the desktop's system is rhel",
    "license: included",
    "operatingSystem: rhel\n  license: ⟦byol",
    "bundle: standard-windows\n",
    "bundle: wsb-9c4d5e6f7\n",
  ],
  [
    "a blueprint's Windows licence for Linux",
    "license-system license: byol brings a Windows licence along, and the desktop's system is ubuntu",
    "operatingSystem: ubuntu",
    "operatingSystem: ubuntu\n  license: ⟦byol",
  ],
  ["hardware that is none", 'bad-value spec.compute: "powr" is not one of', "compute: power\n", "compute: ⟦powr\n"],
];

describe.each(Object.entries({ OVERRIDES, SYSTEMS }))("%s", (_group, rows) => {
  test.each(rows)("%s", (_name, says, ...edits) => {
    const { found, place, hints } = checkChanged(edits);
    expect(hints.every((hint) => hint !== "")).toBe(true);
    expect(found.map((text) => text.slice(0, place.length + 1 + says.length))).toEqual([`${place} ${says}`]);
  });
});
