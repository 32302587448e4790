import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** A document client that leaves undefined attributes out, as our optional fields need. */
export const documentClient = (client: DynamoDBClient = new DynamoDBClient()): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

/** What an adapter of one table needs. */
export interface TableOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}
