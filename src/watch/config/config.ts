/** `schemas/watch-config.schema.json`, with its defaults filled in. */
import type { ApplySetting } from "../decide.ts";

export interface WatchConfig {
  readonly repository?: RepositoryConfig;
  readonly folder?: string;
  readonly apply: ApplySetting;
  readonly interval: string;
  readonly stopWithin: string;
  readonly lease?: LeaseConfig;
  readonly github?: { readonly repository: string };
  readonly listen?: ListenConfig;
  readonly sites?: SitesConfig;
}

export interface SitesConfig {
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly certificate: string; readonly key: string };
  readonly trustProxies: readonly string[];
  readonly postgres?: { readonly urlFrom: SecretConfig };
}

interface RepositoryConfig {
  readonly url: string;
  readonly branch: string;
  readonly path: string;
  readonly poll: string;
}

export interface LeaseConfig {
  readonly kubernetes?: {
    readonly duration: string;
    readonly kubeconfig?: string;
    readonly context?: string;
    readonly namespace: string;
    readonly name: string;
  };
  readonly postgres?: { readonly urlFrom: SecretConfig; readonly name: string };
}

export interface SecretConfig {
  readonly file?: string;
  readonly env?: string;
}

export interface ListenConfig {
  readonly host: string;
  readonly port: number;
  readonly tls?: { readonly certificate: string; readonly key: string };
  readonly tokens: readonly TokenConfig[];
}

export type Scope = "read" | "operate";

export interface TokenConfig {
  readonly name: string;
  readonly hash: string;
  readonly scopes: readonly Scope[];
}
