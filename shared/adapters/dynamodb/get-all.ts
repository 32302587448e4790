import { setTimeout as delay } from "node:timers/promises";
import { BatchGetCommand } from "@aws-sdk/lib-dynamodb";
import { chunkBySize } from "#shared/delivery/batch.ts";
import { DependencyError } from "#shared/errors.ts";
import { callPauseMs } from "#shared/delivery/call-pause.ts";
import type { TableOptions } from "./document-client.ts";

type Item = Readonly<Record<string, unknown>>;

/** Limit of BatchGetItem. */
const maxKeys = 100;
/** Calls in a row that may read nothing, because the table throttles. One whose answer would be too large reads a part. */
const maxInVain = 6;

interface GetOptions {
  /** Names of the attributes to read. @default all */
  readonly attributes?: readonly string[];
  readonly pause?: (again: number) => Promise<void>;
}

/** The items that exist of some keys, in any order. */
export const getAll = async (
  { client, tableName }: TableOptions,
  keys: readonly Item[],
  { attributes, pause = async (again) => await delay(callPauseMs(again, Math.random())) }: GetOptions = {},
): Promise<readonly Item[]> => {
  const projection =
    attributes === undefined
      ? {}
      : {
          ProjectionExpression: attributes.map((name) => `#${name}`).join(", "),
          ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
        };
  const chunks = chunkBySize(keys, { maxItems: maxKeys, maxBytes: Infinity, bytesOf: () => 0 });
  const found = await Promise.all(
    chunks.map(async (chunk) => {
      const items: Item[] = [];
      let open: Record<string, unknown>[] = [...chunk];
      let inVain = 0;
      while (open.length > 0) {
        if (inVain === maxInVain) throw new DependencyError("DynamoDB reads nothing of what it is asked for");
        if (inVain > 0) await pause(inVain);
        const { Responses, UnprocessedKeys } = await client.send(
          new BatchGetCommand({ RequestItems: { [tableName]: { Keys: open, ...projection } } }),
        );
        items.push(...(Responses?.[tableName] ?? []));
        const left = UnprocessedKeys?.[tableName]?.Keys ?? [];
        inVain = left.length < open.length ? 0 : inVain + 1;
        open = left;
      }
      return items;
    }),
  );
  return found.flat();
};
