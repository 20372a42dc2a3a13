// Made by scripts/generate.ts from schemas/. Do not edit; run `npm run generate`.

/**
 * The hubs this peer may dial: names, or labels that select them.
 */
export type HubSelection =
  | string[]
  | {
      /**
       * Labels that a hub must carry, all of them.
       */
      matchLabels: {
        [k: string]: string;
      };
    };

export interface Documents {
  Acknowledgement: AcknowledgementSpec;
  Estate: EstateSpec;
  WireGuardHub: WireGuardHubSpec;
  WireGuardPeer: WireGuardPeerSpec;
}
/**
 * Which plan, and why.
 */
export interface AcknowledgementSpec {
  /**
   * The digest of the plan that is acknowledged, as `reeve plan` prints it.
   */
  plan: string;
  /**
   * Why so much may go at once, for the reviewer and the journal.
   */
  reason: string;
}
/**
 * Providers and safety limits.
 */
export interface EstateSpec {
  /**
   * The providers this estate uses, with their settings. Left out: all of them. A document of a provider that is not named here is an error.
   */
  providers?: {
    /**
     * WireGuard hubs and peers. It has no settings of its own: each hub says where it is.
     */
    wireguard?: {};
  };
  /**
   * Limits that stop an apply before its first write.
   */
  safety: {
    /**
     * The mass-change valve: an apply that deletes or replaces more than `percent` of a kind, and at least `atLeast` of it, needs an Acknowledgement that names the plan's digest.
     */
    maxDeletes: {
      /**
       * Percent of a kind's live resources that one apply may delete or replace.
       */
      percent: number;
      /**
       * Fewer deletes and replaces than this never trip the valve.
       */
      atLeast: number;
    };
  };
}
/**
 * Where the hub is, its interface and addresses, and the rules for its peers.
 */
export interface WireGuardHubSpec {
  host: WireGuardHost;
  /**
   * The interface's name. It cannot be changed: make a second hub beside the first, move the peers, retire the first.
   */
  interface: string;
  /**
   * The configuration file that `wg-quick` starts the interface from, named after the interface. Left out: /etc/wireguard/<interface>.conf.
   */
  configFile?: string;
  /**
   * The hub's pinned public key. May be left out until the hub has made its key; then `reeve list` prints it. A hub with another key is refused.
   */
  publicKey?: string;
  /**
   * Where the hub's private key is. It is made there, mode 0600, at the first apply when absent, and never leaves the hub.
   */
  privateKeyFrom: {
    /**
     * The key file on the hub.
     */
    file: string;
  };
  /**
   * The hub's own addresses with the prefix length of its network: at most one an IP family. IPv4 /8 to /30, IPv6 /48 to /126. A network may grow, never shrink.
   *
   * @minItems 1
   * @maxItems 2
   *
   * Items: An address and its network's prefix length.
   */
  addresses: string[];
  /**
   * UDP port. A change makes every client's file stale and needs the annotation reeve.dev/confirm-listen-port with the new port.
   */
  listenPort: number;
  /**
   * What peers dial: host:port. A change makes every client's file stale; the plan says so.
   */
  endpoint: string;
  /**
   * Addresses that are never given to peers.
   *
   * @maxItems 1000
   *
   * Items: One address, a range or a network, and why.
   */
  reserved: {
    /**
     * An address, first-last, or address/prefix.
     */
    range: string;
    /**
     * What the addresses are kept for.
     */
    reason: string;
    /**
     * When the reservation ends, for example of an address that was released not long ago.
     */
    until?: string;
  }[];
  /**
   * Resolvers and search domains for the client's configuration.
   */
  dns: {
    /**
     * IP addresses of resolvers.
     *
     * @maxItems 8
     *
     * Items: An IP address.
     */
    servers: string[];
    /**
     * DNS search domains.
     *
     * @maxItems 8
     *
     * Items: A domain name.
     */
    search: string[];
  };
  /**
   * The interface's MTU in bytes, on the hub and in client files.
   */
  mtu: number;
  /**
   * Rules for this hub's peers.
   */
  peers: {
    /**
     * Keepalive that client files carry, so that a client behind NAT stays reachable. 0s turns it off.
     */
    keepalive: string;
    /**
     * Networks that clients route through this hub. Left out: the hub's own networks.
     *
     * @maxItems 1000
     *
     * Items: A network as address/prefix, host bits zero.
     */
    routes?: string[];
    /**
     * What happens to live peers that nobody declared: `report` lists them, `prune` removes them, within `prune.atMost`.
     */
    unmanaged: "report" | "prune";
    /**
     * Bounds of pruning.
     */
    prune: {
      /**
       * Undeclared peers that one apply may remove. With more, none is removed.
       */
      atMost: number;
    };
    /**
     * How long the address of a removed peer is not given out again.
     */
    quarantine: string;
    /**
     * The furthest that a peer's expiresAt may lie ahead. Left out: no bound.
     */
    maxLifetime?: string;
  };
  /**
   * Takes the hub down: the interface and its configuration file go, the key stays. Needs that no peer names the hub. Remove the document afterwards.
   */
  retired: boolean;
}
/**
 * Where the interface lives: `local` (this machine), `ssh` (another machine), or `file` (a configuration file only, no interface).
 */
export interface WireGuardHost {
  /**
   * The interface is on this machine, in the kernel or in user space. Needs root.
   */
  local?: {};
  /**
   * Only the configuration file is kept; no interface is read or changed, and no privilege is needed.
   */
  file?: {};
  /**
   * The interface is on another machine, reached with the OpenSSH client.
   */
  ssh?: {
    /**
     * Host name or address to connect to.
     */
    address: string;
    /**
     * Account on the hub.
     */
    user: string;
    /**
     * Port of the SSH server.
     */
    port: number;
    /**
     * A known_hosts file with the hub's pinned host key; relative to the folder that holds the state directory. A host key that is not in it is refused.
     */
    knownHosts: string;
    /**
     * The private key file to log in with, on the machine that runs Reeve. Left out: what the SSH client would use.
     */
    identityFile?: string;
    /**
     * Run as root through `sudo -n` where the account is not root.
     */
    sudo: boolean;
  };
}
/**
 * Which hubs the peer dials, its key, its addresses and how long it has access.
 */
export interface WireGuardPeerSpec {
  hubs: HubSelection;
  /**
   * The peer's public key. Changing it cuts the peer off until its client changes: use nextPublicKey instead.
   */
  publicKey: string;
  /**
   * Rotation without an outage: the key the client will switch to. The hub accepts both; when the client has shaken hands with the new one, its addresses move and the old key goes. Then make it publicKey and drop this line.
   */
  nextPublicKey?: string;
  presharedKeyFrom?: PresharedKeySource;
  /**
   * The peer's tunnel addresses, one an IP family and hub network. `reeve allocate` writes a free IPv4 address; IPv6 is derived from the name when left out.
   *
   * @maxItems 128
   *
   * Items: An IP address.
   */
  addresses: string[];
  /**
   * Networks behind this peer: the hub routes them to it. No two peers of a hub may hold the same network.
   *
   * @maxItems 1000
   *
   * Items: A network as address/prefix, host bits zero.
   */
  routedNetworks: string[];
  /**
   * Where the hub reaches a peer that cannot dial by itself, as IP:port or name:port. Set once when the peer is made; a peer that roams keeps where it was seen.
   */
  endpoint?: string;
  /**
   * Keepalive that the hub sends to this peer, up to 65535s. Left out: off, which is right for peers that dial.
   */
  keepalive?: string;
  /**
   * What the machine offers, for people and schedulers that read the repository. Nothing on the hub depends on it.
   */
  capabilities?: {
    /**
     * Graphics processors.
     */
    gpuCount?: number;
    /**
     * Memory of each graphics processor in MB.
     */
    gpuMemoryMb?: number;
    /**
     * Processor cores.
     */
    cpuCores?: number;
    /**
     * Names of models the machine serves.
     *
     * @maxItems 256
     *
     * Items: A model's name.
     */
    models?: string[];
  };
  /**
   * Version of the software on the machine, for people. Nothing on the hub depends on it.
   */
  nodeVersion?: string;
  /**
   * When access ends. The peer leaves the hub, its address stays its own; a later instant lets it back in.
   */
  expiresAt?: string;
  /**
   * Takes the peer off its hubs until it is false again; its address stays its own.
   */
  suspended: boolean;
}
/**
 * Where the preshared key is: a file on each hub, or an environment variable where Reeve runs. One source exactly.
 */
export interface PresharedKeySource {
  /**
   * A file on the hub with the key in its first line.
   */
  file?: string;
  /**
   * An environment variable of the process that runs Reeve.
   */
  env?: string;
}
