// Made by scripts/generate.ts from schemas/. Do not edit; run `npm run generate`.
/** What the schemas' x-reeve keywords say of each kind. */
export const KIND_TABLE = [
  {
    "kind": "AccessPolicy",
    "provider": "grants",
    "schema": "access-policy.schema.json",
    "references": [
      {
        "path": [
          "spec",
          "allowedTiers"
        ],
        "kind": "WorkstationTier"
      }
    ],
    "immutable": [],
    "sensitive": [],
    "isPlace": false
  },
  {
    "kind": "Acknowledgement",
    "provider": null,
    "schema": "acknowledgement.schema.json",
    "references": [],
    "immutable": [],
    "sensitive": [],
    "isPlace": false
  },
  {
    "kind": "ApplianceSite",
    "provider": "sites",
    "schema": "appliance-site.schema.json",
    "references": [
      {
        "path": [
          "spec",
          "partner"
        ],
        "kind": "Partner"
      }
    ],
    "immutable": [],
    "sensitive": [],
    "isPlace": false
  },
  {
    "kind": "Estate",
    "provider": null,
    "schema": "estate.schema.json",
    "references": [],
    "immutable": [],
    "sensitive": [],
    "isPlace": false
  },
  {
    "kind": "Partner",
    "provider": "sites",
    "schema": "partner.schema.json",
    "references": [],
    "immutable": [],
    "sensitive": [],
    "isPlace": false
  },
  {
    "kind": "WireGuardHub",
    "provider": "wireguard",
    "schema": "wireguard-hub.schema.json",
    "references": [],
    "immutable": [
      "spec.interface"
    ],
    "sensitive": [],
    "isPlace": true
  },
  {
    "kind": "WireGuardPeer",
    "provider": "wireguard",
    "schema": "wireguard-peer.schema.json",
    "references": [
      {
        "path": [
          "spec",
          "hubs"
        ],
        "kind": "WireGuardHub"
      }
    ],
    "immutable": [],
    "sensitive": [],
    "isPlace": false
  },
  {
    "kind": "Workspace",
    "provider": "workspaces",
    "schema": "workspace.schema.json",
    "references": [
      {
        "path": [
          "spec",
          "blueprint"
        ],
        "kind": "WorkspaceBlueprint"
      },
      {
        "path": [
          "spec",
          "placement",
          "directory"
        ],
        "kind": "WorkspaceDirectory"
      }
    ],
    "immutable": [
      "spec.user"
    ],
    "sensitive": [],
    "isPlace": false
  },
  {
    "kind": "WorkspaceBlueprint",
    "provider": "workspaces",
    "schema": "workspace-blueprint.schema.json",
    "references": [
      {
        "path": [
          "spec",
          "securityPolicy"
        ],
        "kind": "WorkspaceSecurityPolicy"
      }
    ],
    "immutable": [],
    "sensitive": [],
    "isPlace": false
  },
  {
    "kind": "WorkspaceDirectory",
    "provider": "workspaces",
    "schema": "workspace-directory.schema.json",
    "references": [
      {
        "path": [
          "spec",
          "securityPolicy"
        ],
        "kind": "WorkspaceSecurityPolicy"
      }
    ],
    "immutable": [
      "spec.region",
      "spec.directoryId"
    ],
    "sensitive": [],
    "isPlace": false
  },
  {
    "kind": "WorkspaceReserve",
    "provider": "workspaces",
    "schema": "workspace-reserve.schema.json",
    "references": [
      {
        "path": [
          "spec",
          "blueprint"
        ],
        "kind": "WorkspaceBlueprint"
      },
      {
        "path": [
          "spec",
          "placement",
          "directory"
        ],
        "kind": "WorkspaceDirectory"
      }
    ],
    "immutable": [],
    "sensitive": [],
    "isPlace": false
  },
  {
    "kind": "WorkspaceSecurityPolicy",
    "provider": "workspaces",
    "schema": "workspace-security-policy.schema.json",
    "references": [],
    "immutable": [],
    "sensitive": [],
    "isPlace": false
  },
  {
    "kind": "WorkstationCluster",
    "provider": "grants",
    "schema": "workstation-cluster.schema.json",
    "references": [],
    "immutable": [],
    "sensitive": [],
    "isPlace": true
  },
  {
    "kind": "WorkstationGrant",
    "provider": "grants",
    "schema": "workstation-grant.schema.json",
    "references": [
      {
        "path": [
          "spec",
          "cluster"
        ],
        "kind": "WorkstationCluster"
      },
      {
        "path": [
          "spec",
          "tier"
        ],
        "kind": "WorkstationTier"
      },
      {
        "path": [
          "spec",
          "policy"
        ],
        "kind": "AccessPolicy"
      }
    ],
    "immutable": [
      "spec.cluster",
      "spec.home.storageClass"
    ],
    "sensitive": [],
    "isPlace": false
  },
  {
    "kind": "WorkstationTier",
    "provider": "grants",
    "schema": "workstation-tier.schema.json",
    "references": [],
    "immutable": [],
    "sensitive": [],
    "isPlace": false
  }
] as const;
