import { grants } from "./grants/index.ts";
import { sites } from "./sites/index.ts";
import type { AnyProvider } from "./survey.ts";
import { wireguard } from "./wireguard/index.ts";
import { workspaces } from "./workspaces/index.ts";

/** The one list of providers. A new one is a line here. */
export const PROVIDERS: readonly AnyProvider[] = [grants, sites, wireguard, workspaces];
