import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { jobDays } from "#shared/contract/limits.ts";
import type { ReadProgress } from "#shared/delivery/replay.ts";
import type { JobStore } from "#shared/job-stores.ts";
import { unlessConditionFails } from "./conditional-write.ts";
import type { TableOptions } from "./document-client.ts";

const daySeconds = 24 * 60 * 60;

/** When (Unix seconds) the table may sweep the items of a job. */
export const jobTtlOf = ({ startedAt }: { readonly startedAt: string }): number =>
  Math.floor(Date.parse(startedAt) / 1_000) + jobDays * daySeconds;

export type Item = Readonly<Record<string, unknown>>;
type Key = Readonly<Record<"pk" | "sk", string>>;

/** How jobs of a kind are stored. */
interface JobItems<Ref, Job, Progress> {
  readonly keyOf: (ref: Ref) => Key;
  readonly shardKeyOf: (ref: Ref, shard: string) => Key;
  /** Reads a job; undefined for an item that is another customer's. */
  readonly parse: (ref: Ref, found: Item) => Job | undefined;
  readonly parseShard: (found: Item) => Progress;
}

/** A conditional change of a job's item. */
export interface Change {
  readonly expression: string;
  readonly condition: string;
  readonly names?: Record<string, string>;
  readonly values: Record<string, unknown>;
}

/** Jobs in the batches table: an item for each, and one for each of their shards. */
export const jobItems = <
  Ref,
  Job extends Ref & { readonly startedAt: string },
  Progress extends ReadProgress,
  End extends object,
>(
  { client, tableName }: TableOptions,
  { keyOf, shardKeyOf, parse, parseShard }: JobItems<Ref, Job, Progress>,
): JobStore<Ref, Job, Progress, End> & {
  readonly update: (ref: Ref, change: Change) => Promise<boolean>;
} => {
  const get = async (key: Key): Promise<Item | undefined> =>
    (await client.send(new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }))).Item;

  const find = async (ref: Ref): Promise<Job | undefined> => {
    const found = await get(keyOf(ref));
    return found === undefined ? undefined : parse(ref, found);
  };

  const update = async (ref: Ref, change: Change): Promise<boolean> =>
    await unlessConditionFails(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf(ref),
          UpdateExpression: change.expression,
          ConditionExpression: change.condition,
          ExpressionAttributeNames: change.names,
          ExpressionAttributeValues: change.values,
        }),
      ),
    );

  return {
    find,
    update,

    create: async (job) =>
      await unlessConditionFails(
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: { ...keyOf(job), ...job, ttl: jobTtlOf(job) },
            ConditionExpression: "attribute_not_exists(pk)",
          }),
        ),
      ),

    plan: async (ref, shards) =>
      await update(ref, {
        expression: "SET openShards = :shards, planned = :yes",
        condition: "#state = :running AND attribute_not_exists(planned)",
        names: { "#state": "state" },
        values: { ":shards": new Set(shards), ":yes": true, ":running": "running" },
      }),

    closeShard: async (ref, shard) => {
      await update(ref, {
        expression: "DELETE openShards :shard",
        condition: "attribute_exists(pk)",
        values: { ":shard": new Set([shard]) },
      });
      const found = await get(keyOf(ref));
      return found?.["openShards"] === undefined;
    },

    end: async (ref, { at, ...end }) => {
      const fields = Object.entries({ ...end, endedAt: new Date(at).toISOString() });
      return await update(ref, {
        expression: `SET ${fields.map(([name]) => `#${name} = :${name}`).join(", ")}`,
        condition: "#state = :running",
        names: { "#state": "state", ...Object.fromEntries(fields.map(([name]) => [`#${name}`, name])) },
        values: { ":running": "running", ...Object.fromEntries(fields.map(([name, value]) => [`:${name}`, value])) },
      });
    },

    findShard: async (ref, shard) => {
      const found = await get(shardKeyOf(ref, shard));
      return found === undefined ? undefined : parseShard(found);
    },

    putShard: async (job, progress) =>
      await unlessConditionFails(
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: { ...shardKeyOf(job, progress.shard), ...progress, ttl: jobTtlOf(job) },
            ConditionExpression:
              progress.revision === 1 ? "attribute_not_exists(pk)" : "attribute_exists(pk) AND revision = :before",
            ...(progress.revision === 1 ? {} : { ExpressionAttributeValues: { ":before": progress.revision - 1 } }),
          }),
        ),
      ),
  };
};
