import { AsyncLocalStorage } from "node:async_hooks";

/** What making a connection took, step by step; a step that was not reached is absent. */
export interface ConnectionSteps {
  dnsMs?: number;
  connectMs?: number;
  tlsMs?: number;
  /** End of the validity of the target's certificate, ISO 8601. */
  certificateValidTo?: string;
}

/**
 * Where the connect step writes what it took. undici connects within the call that needs the connection, so that the
 * request that opened a connection gets its steps, and one on a connection that was kept open gets none.
 */
export const connectionSteps = new AsyncLocalStorage<ConnectionSteps>();
