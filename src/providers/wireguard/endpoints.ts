import { isIP } from "node:net";
import type { WireGuardObservation } from "./model.ts";

/** The name in `name:port`; null where it is an IP address already, or nothing. */
export function endpointHost(endpoint: string | undefined): string | null {
  if (endpoint === undefined || endpoint.startsWith("[")) return null;
  const host = endpoint.slice(0, endpoint.lastIndexOf(":"));
  return isIP(host) === 0 ? host : null;
}

/** `IP:port` as the interface takes it; null where the name does not resolve. */
export function resolveEndpoint(endpoint: string, resolved: WireGuardObservation["resolved"]): string | null {
  const host = endpointHost(endpoint);
  if (host === null) return endpoint;
  const address = resolved.get(host) ?? null;
  if (address === null) return null;
  const port = endpoint.slice(endpoint.lastIndexOf(":") + 1);
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}
