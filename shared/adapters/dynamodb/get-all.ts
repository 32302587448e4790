import { BatchGetCommand } from "@aws-sdk/lib-dynamodb";
import { chunkBySize } from "#shared/delivery/batch.ts";
import type { TableOptions } from "./document-client.ts";

type Item = Readonly<Record<string, unknown>>;

/** Limit of BatchGetItem. */
const maxKeys = 100;

/** The items that exist of some keys, in any order. */
export const getAll = async ({ client, tableName }: TableOptions, keys: readonly Item[]): Promise<readonly Item[]> => {
  const chunks = chunkBySize(keys, { maxItems: maxKeys, maxBytes: Infinity, bytesOf: () => 0 });
  const found = await Promise.all(
    chunks.map(async (chunk) => {
      const items: Item[] = [];
      let open: Record<string, unknown>[] = [...chunk];
      while (open.length > 0) {
        const { Responses, UnprocessedKeys } = await client.send(
          new BatchGetCommand({ RequestItems: { [tableName]: { Keys: open } } }),
        );
        items.push(...(Responses?.[tableName] ?? []));
        open = UnprocessedKeys?.[tableName]?.Keys ?? [];
      }
      return items;
    }),
  );
  return found.flat();
};
