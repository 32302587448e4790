/** A worker's wish to cut batches from a chain. Times are Unix milliseconds. */
export interface ChainRequest {
  readonly batchId: string;
  readonly hop: number;
  readonly next: number;
  readonly now: number;
  /** When the claim ends by itself. */
  readonly until: number;
  /** Unix seconds at which the chain's state may be swept. */
  readonly ttl: number;
}

/** Who may cut batches from a chain. */
export type ChainClaim =
  | {
      readonly kind: "claimed";
      /** Number of the first event that is known not to be cut. */
      readonly next: number;
      /** Where the rest began that was last recorded as waiting; that record may be there still. */
      readonly restFrom: number | undefined;
    }
  /** Its last batch has been cut, or the rest has expired. */
  | { readonly kind: "ended" }
  /** It has been passed on since: the message is a duplicate. */
  | { readonly kind: "passed" }
  /** Another invocation cuts batches, until then at the latest (Unix milliseconds). */
  | { readonly kind: "busy"; readonly until: number };

/** How far chains are. */
export interface ChainStore {
  /** Claims a chain: of several copies of a message one cuts batches. A message that was passed on later takes over. */
  readonly claim: (request: ChainRequest) => Promise<ChainClaim>;
  /** Notes that the message for the next hop is on its queue, and gives the chain back. */
  readonly passOn: (chain: Pick<ChainRequest, "batchId" | "hop" | "next">) => Promise<void>;
  /** Notes that what is left from an event on is about to be recorded as waiting. */
  readonly noteRest: (batchId: string, from: number) => Promise<void>;
  /** Ends a chain, whoever holds it. Returns where a rest began that may still be recorded as waiting. */
  readonly end: (batchId: string, ttl: number) => Promise<number | undefined>;
}
