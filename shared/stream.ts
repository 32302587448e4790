/** The event stream: who writes to it, and who reads it shard by shard. */

/** A record to be put on the stream. */
export interface StreamRecord {
  readonly data: Buffer;
  readonly partitionKey: string;
}

/** Puts records on the event stream. */
export interface StreamWriter<Put extends StreamRecord> {
  /** Puts records and returns those that the stream did not take after several tries, and why. */
  readonly putAll: (records: readonly Put[]) => Promise<{ readonly records: readonly Put[]; readonly cause?: unknown }>;
}

/** A record that was read. */
export interface ReadRecord {
  readonly data: Buffer;
  readonly sequenceNumber: string;
  /** Unix milliseconds; approximate, and not always rising. */
  readonly arrivedAt: number;
}

/** Where to read from: at a record, behind it, or at the first one that arrived at a time (Unix milliseconds) or later. */
export type ReadFrom =
  | { readonly kind: "at" | "after"; readonly sequenceNumber: string }
  | { readonly kind: "time"; readonly at: number };

/** What one read of a shard brings. */
export type StreamPage =
  | {
      readonly kind: "records";
      readonly records: readonly ReadRecord[];
      /** Where to read on; undefined at the end of a closed shard. */
      readonly iterator: string | undefined;
      /** How far the page is behind the shard's newest record. */
      readonly behindMs: number;
    }
  /** The shard's throughput is used up; the same iterator may be used again. */
  | { readonly kind: "throttled" };

/** Reads the event stream, shard by shard. */
export interface StreamReader {
  /** Ids of all shards that hold records, those included that take no more. */
  readonly listShards: () => Promise<readonly string[]>;
  /** Makes an iterator, which is good for five minutes. */
  readonly openShard: (shard: string, from: ReadFrom) => Promise<string>;
  /** Reads at most `limit` records. */
  readonly read: (iterator: string, limit: number) => Promise<StreamPage>;
}

/** A slot of polls for events, by who has taken it. */
export interface PollSlot {
  /** From 0. */
  readonly slot: number;
  /** Random. */
  readonly holder: string;
}

/** Slots of polls for events, which bound how many polls read the stream at once. Times are Unix milliseconds. */
export interface PollSlotStore {
  /** Every slot that has been taken of late. It is free from `until` on; held: a poll is under way, otherwise it rests. */
  readonly list: () => Promise<
    readonly {
      readonly slot: number;
      readonly customerId: string;
      readonly isHeld: boolean;
      readonly until: number;
    }[]
  >;
  /** Takes a slot until a time; false, and nothing changed, when it is not free. */
  readonly take: (
    taken: PollSlot & { readonly customerId: string; readonly now: number; readonly until: number },
  ) => Promise<boolean>;
  /** Lets a slot rest until a time; does nothing when another has it. */
  readonly release: (slot: PollSlot & { readonly until: number }) => Promise<void>;
}

/** Who reads a shard for a replay, and until when it may: Unix milliseconds. */
export interface ShardTurn {
  readonly shard: string;
  readonly holder: string;
  readonly until: number;
}

/** Lets replays read a shard one after another. */
export interface ShardTurnStore {
  /**
   * Takes the turn; false while another holder has it, or another has asked before. Who is refused first is the next until
   * `askedUntil`, by when it has to ask again. A holder may take its own turn once more.
   */
  readonly take: (turn: ShardTurn & { readonly now: number; readonly askedUntil: number }) => Promise<boolean>;
  /** Ends a turn; does nothing when it has ended. */
  readonly giveBack: (turn: ShardTurn) => Promise<void>;
}

/** Records of the stream that are worked on alone, because windows with them may have failed. */
export interface StuckRecordStore {
  /**
   * Notes that work on a record begins. `returns` is how often it began before and was not excused; `excuse` notes that this
   * time the record is not why it comes again. More than 500 times are not counted.
   */
  readonly begin: (record: {
    readonly shard: string;
    readonly sequenceNumber: string;
  }) => Promise<{ readonly returns: number; readonly excuse: () => Promise<void> }>;
}

/** How many requests of each API key have been let through. */
export interface RequestCountStore {
  /**
   * Takes a share of a window's requests; false when there is no such share left.
   *
   * @param share.window number of the window since 1970
   * @param share.size requests of the share
   * @param share.max requests of the window
   */
  readonly take: (share: {
    readonly key: string;
    readonly window: number;
    readonly size: number;
    readonly max: number;
  }) => Promise<boolean>;
}
