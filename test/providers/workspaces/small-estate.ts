const REEVE = `apiVersion: reeve.dev/v1
kind: Estate
metadata: { name: robco }
spec:
  providers:
    workspaces:
      accountId: "123456789012"
      regions: [us-west-2, eu-west-1]
      role: { plan: "arn:aws:iam::123456789012:role/reeve-plan" }
      quota: { us-west-2: 200 }
      hoursPerMonth: { low: 0, expected: 80, high: 200 }
  budgets:
    - { scope: { label: { team: robotics } }, monthlyUsd: 3000 }
    - { scope: { person: JDoe }, monthlyUsd: 300 }
`;

const DESKTOPS = `apiVersion: reeve.dev/v1
kind: WorkspaceDirectory
metadata: { name: oregon }
spec:
  region: us-west-2
  directoryId: d-9067012345
  domain: robco.local
  creation: { ou: "OU=WorkSpaces,OU=Computers,DC=robco,DC=local", securityGroupId: sg-0a1b2c3d }
  ipGroups: [wsipg-0a1b2c3d4]
  securityPolicy: locked-down
  bundles: { standard-windows: wsb-1a2b3c4d5, performance-ubuntu: wsb-2b3c4d5e6 }
  tags: { Directory: yes }
---
apiVersion: reeve.dev/v1
kind: WorkspaceDirectory
metadata: { name: ireland }
spec:
  region: eu-west-1
  directoryId: d-9367012345
  bundles: { standard-windows: wsb-3c4d5e6f7 }
---
apiVersion: reeve.dev/v1
kind: WorkspaceSecurityPolicy
metadata: { name: locked-down }
spec: { clipboard: disabled, template: { admx: policies/wsp.admx, adml: policies/wsp.adml } }
---
apiVersion: reeve.dev/v1
kind: WorkspaceBlueprint
metadata: { name: robotics }
spec:
  bundle: performance-ubuntu
  compute: performance
  operatingSystem: ubuntu
  volumes: { rootGib: 175, userGib: 100, encryption: { keyFrom: alias/workspaces } }
  running: { mode: auto-stop, afterIdle: 2h }
  lifecycle: { maxLifetime: 180d, terminateAfterUnused: 60d, gracePeriod: 7d }
  securityPolicy: locked-down
  overrides: { compute: [power, generalpurpose-4xlarge], volumes: { rootGib: 500, userGib: 200 } }
  tags: { Project: RoboticsAI }
---
apiVersion: reeve.dev/v1
kind: Workspace
metadata: { name: jdoe, labels: { team: robotics } }
spec:
  user: jdoe
  blueprint: robotics
  placement: { near: { city: Seattle, country: US } }
  compute: power
---
apiVersion: reeve.dev/v1
kind: Workspace
metadata: { name: alice }
spec:
  user: alice
  placement: { directory: ireland }
  bundle: standard-windows
  license: included
  volumes: { rootGib: 80, userGib: 50 }
  running: { mode: auto-stop, afterIdle: 1h }
  lifecycle: { expiresAt: "2027-06-30T00:00:00Z" }
  startDate: 2026-12-01
  desiredState: any
  tags: { CostCenter: "4711" }
---
apiVersion: reeve.dev/v1
kind: WorkspaceReserve
metadata: { name: interns }
spec:
  users: [mmiller, nsmith, okelly]
  blueprint: robotics
  placement: { directory: oregon }
  count: 2
  ceiling: 3
  tags: { Course: "2027" }
# end
`;

/** Two directories, a blueprint, a desktop with it and one without, and a reserve: nothing is wrong with it. */
export const SMALL_ESTATE: Readonly<Record<string, string>> = { "reeve.yaml": REEVE, "desktops.yaml": DESKTOPS };
