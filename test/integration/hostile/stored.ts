import { DeleteCommand, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { type Contract, isAskedFor } from "../api/contract-system.ts";
import { storedJson } from "../../support/stored-json.ts";

type Item = Readonly<Record<string, unknown>>;

/** What the tables hold, by table and then by key. */
export type Stored = ReadonlyMap<string, ReadonlyMap<string, Item>>;

const keyOf = ({ pk, sk, keyHash }: Item): Readonly<Record<string, unknown>> =>
  keyHash === undefined ? { pk, sk } : { keyHash };

/** Reads all tables, but for what nobody has asked to be stored: when a key was last used, counts and slots. */
export const readStored = async ({ api }: Contract): Promise<Stored> => {
  const read = Object.values(api.aws.tables).map(async ({ client, tableName }) => {
    const items: Item[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new ScanCommand({ TableName: tableName, ...(start === undefined ? {} : { ExclusiveStartKey: start }) }),
      );
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    const kept = items.filter((item) => isAskedFor(item)).map((item): Item => ({ ...item, lastUsedAt: undefined }));
    return [tableName, new Map(kept.map((item) => [JSON.stringify(keyOf(item)), item]))] as const;
  });
  return new Map(await Promise.all(read));
};

/** Items that are there now and were not so before. */
export const addedTo = (before: Stored, after: Stored): readonly Item[] =>
  [...after].flatMap(([table, items]) =>
    [...items].flatMap(([key, item]) => (storedJson(before.get(table)?.get(key)) === storedJson(item) ? [] : [item])),
  );

/** Makes the tables what they were: what has been stored since would be read again for each case. */
export const restore = async ({ api }: Contract, before: Stored, after: Stored): Promise<void> => {
  for (const { client, tableName: TableName } of Object.values(api.aws.tables)) {
    const [old, now] = [before.get(TableName) ?? new Map(), after.get(TableName) ?? new Map()];
    for (const [key, item] of now) {
      if (!old.has(key)) await client.send(new DeleteCommand({ TableName, Key: keyOf(item) }));
    }
    for (const [key, Item] of old) {
      if (JSON.stringify(Item) !== JSON.stringify(now.get(key))) await client.send(new PutCommand({ TableName, Item }));
    }
  }
};
