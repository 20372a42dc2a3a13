// Made by scripts/generate.ts from schemas/. Do not edit; run `npm run generate`.
/** What the schemas' x-reeve keywords say of each kind. */
export const KIND_TABLE = [
  {
    "kind": "Acknowledgement",
    "provider": null,
    "schema": "acknowledgement.schema.json",
    "references": [],
    "immutable": [],
    "sensitive": []
  },
  {
    "kind": "Estate",
    "provider": null,
    "schema": "estate.schema.json",
    "references": [],
    "immutable": [],
    "sensitive": []
  },
  {
    "kind": "WireGuardHub",
    "provider": "wireguard",
    "schema": "wireguard-hub.schema.json",
    "references": [],
    "immutable": [
      "spec.interface"
    ],
    "sensitive": []
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
    "sensitive": []
  }
] as const;
