import { randomBytes, randomUUID } from "node:crypto";
import * as z from "zod";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createApiKeyRequest } from "#shared/contract/api/api-key.ts";
import { hashApiKey, type NewApiKey, shortKeyOf } from "#shared/api-key.ts";
import { type Grant, grants as allGrants } from "#shared/contract/words.ts";
import { apiKeysTable } from "#shared/adapters/dynamodb/api-keys-table.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { CliError, exitCodes, usageError } from "../errors.ts";
import { explainAwsErrors, readStackOutputs } from "./stack.ts";

/** What is asked of a new key: checked as the API checks it, and with the customer that a key of the API would inherit. */
export const keyRequest = createApiKeyRequest.extend({
  customer: z.string().regex(/^[\x21-\x7e]{1,64}$/, "must be 1 to 64 visible ASCII characters"),
});

const keyBytes = 32;

/** A key as it is shown, the one time that anything knows it. */
export interface CreatedKey {
  readonly key: string;
  readonly stored: NewApiKey;
}

/** Stores a new API key in a stack's table, with the AWS credentials and region of the environment. */
export const createFirstKey = async (request: {
  readonly tableName: string;
  readonly customerId: string;
  readonly grants: readonly Grant[];
  readonly label: string;
}): Promise<CreatedKey> => {
  const { tableName, customerId, grants, label } = request;
  const key = randomBytes(keyBytes).toString("hex");
  const stored: NewApiKey = {
    keyHash: hashApiKey(key),
    id: randomUUID(),
    customerId,
    label,
    grants,
    shortKey: shortKeyOf(key),
    createdAt: new Date().toISOString(),
  };
  const client = new DynamoDBClient();
  await apiKeysTable({ client: documentClient(client), tableName }).put(stored);
  client.destroy();
  return { key, stored };
};

/** A key that was put into a stack's table, with the API that it is for. */
interface StackKey {
  readonly key: string;
  readonly id: string;
  readonly customer_id: string;
  readonly label: string;
  readonly grants: readonly string[];
  readonly url: string;
}

/** Creates a key straight in a stack's table, with the AWS credentials and region of the environment. */
export const createStackKey = async (
  stack: string,
  asked: {
    readonly customer?: string | undefined;
    readonly grants?: readonly string[] | undefined;
    readonly label?: string | undefined;
  },
): Promise<StackKey> => {
  const { customer: wantedCustomer = "1", grants: wantedGrants = allGrants, label: wantedLabel } = asked;
  const request = keyRequest.safeParse({
    customer: wantedCustomer,
    grants: wantedGrants,
    label: wantedLabel ?? "created with tidepost keys create",
  });
  if (!request.success) {
    const problems = request.error.issues.map(({ message, path }) => `--${String(path[0])} ${message}`);
    throw usageError("The key cannot be created as asked", problems.join("; "));
  }
  const { customer: customerId, grants, label } = request.data;
  return await explainAwsErrors(async () => {
    const { ApiKeysTableName: tableName, ApiUrl: url = "" } = await readStackOutputs(stack);
    if (tableName === undefined) throw notOurs(stack);
    const { key, stored } = await createFirstKey({ tableName, customerId, grants, label });
    return { key, id: stored.id, customer_id: customerId, label, grants, url };
  });
};

const notOurs = (stack: string): CliError =>
  new CliError(exitCodes.failed, {
    message: `The stack ${stack} has no output ApiKeysTableName`,
    fix: "Check --stack: it must name a finished deployment of Tidepost.",
  });
