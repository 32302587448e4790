import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
} from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import type { Resource } from "../template/template.ts";
import { readProperties, unsupported } from "./read-properties.ts";

const keySchema = z
  .array(z.object({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) }))
  .min(1)
  .max(2);
const index = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.object({
    ProjectionType: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
});
const tableProperties = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(["S", "N", "B"]) })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(index).optional(),
  LocalSecondaryIndexes: z.array(index).optional(),
  // The emulator has no streams; a stack that relies on one must not run as if it had.
  StreamSpecification: unsupported("streams of tables are"),
});

interface CreateTableOptions {
  readonly client: DynamoDBClient;
  readonly resource: Resource;
  readonly tableName: string;
}

/**
 * Creates a table unless the data directory has it already. Time to live, backups and encryption are left out: the
 * emulator has none of them.
 */
export const createTable = async ({ client, resource, tableName }: CreateTableOptions): Promise<void> => {
  const { GlobalSecondaryIndexes, LocalSecondaryIndexes, ...properties } = readProperties(tableProperties, resource);
  const withProjection = (indexes: readonly z.output<typeof index>[]) =>
    indexes.map(({ Projection, ...rest }) => {
      const { NonKeyAttributes, ProjectionType } = Projection;
      return { ...rest, Projection: { ProjectionType, ...(NonKeyAttributes !== undefined && { NonKeyAttributes }) } };
    });
  try {
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        AttributeDefinitions: properties.AttributeDefinitions,
        KeySchema: properties.KeySchema,
        BillingMode: "PAY_PER_REQUEST",
        ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes: withProjection(GlobalSecondaryIndexes) }),
        ...(LocalSecondaryIndexes && { LocalSecondaryIndexes: withProjection(LocalSecondaryIndexes) }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
  const keyOf = (keys: readonly { AttributeName?: string | undefined }[] = []) =>
    keys.map((key) => key.AttributeName).join(", ");
  if (keyOf(Table?.KeySchema) === keyOf(properties.KeySchema)) return;
  throw new Error(`The data directory has a table ${tableName} with another key. Use a new data directory.`);
};
