/**
 * The one door to the world outside this process. Every read or write of a provider goes through `send`, so that
 * retries, the journal and the tests that kill Reeve at each call have one place to stand.
 */
export interface Calls {
  /** `label` names the call without secrets, for example `wireguard hub-eu: write`. */
  send<Out>(label: string, request: () => Promise<Out>): Promise<Out>;
}

/** Calls that just go out. */
export const directCalls: Calls = { send: (_label, request) => request() };
