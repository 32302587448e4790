import type { Check } from "../doctor-checks.ts";
import { bootstrapCheck, credentialsCheck, quotaCheck, stackCheck } from "./checks/account-checks.ts";
import { apiCheck, apiKeyCheck } from "./checks/api-checks.ts";
import type { AwsConfig } from "./checks/run-check.ts";
import { queueMappingsCheck, streamMappingCheck } from "./checks/mapping-checks.ts";
import { alarmsCheck, expiredCheck } from "./checks/metric-checks.ts";
import { deadLettersCheck, putAsideCheck, tableKeyCheck } from "./checks/storage-checks.ts";

export interface AwsChecksInput {
  /** Name of the CloudFormation stack. */
  readonly stackName: string;
  /**
   * An API key to look at, too.
   * @default none
   */
  readonly apiKey?: string | undefined;
  /**
   * Base URL of the API, up to and including the version.
   * @default the stack's output
   */
  readonly apiUrl?: string | undefined;
  /**
   * Where AWS is and with which credentials.
   * @default those of the environment
   */
  readonly config?: AwsConfig;
  /** Unix milliseconds. */
  readonly now: number;
}

/**
 * Looks at a deployed stack with AWS credentials. It only reads. Without credentials, or without the stack, the checks end
 * there: the others would all fail for the same reason.
 */
export const awsChecks = async (input: AwsChecksInput): Promise<readonly Check[]> => {
  const { apiKey, config = {}, now, stackName } = input;
  const credentials = await credentialsCheck(config);
  if (credentials.state === "failed") return [credentials];
  const [bootstrap, quota, { check: stack, outputs }] = await Promise.all([
    bootstrapCheck(config),
    quotaCheck(config),
    stackCheck(config, stackName),
  ]);
  const account = [credentials, bootstrap, quota, stack];
  const { ApiUrl, BucketName, DeliverFunctionName, StreamMappingId, WebhooksTableName } = outputs;
  const isKnown = ApiUrl && BucketName && DeliverFunctionName && StreamMappingId && WebhooksTableName;
  if (!isKnown) return account;

  const apiUrl = input.apiUrl ?? ApiUrl;
  const named = (pattern: RegExp): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(outputs).flatMap(([name, value]) => {
        const what = pattern.exec(name)?.[1]?.toLowerCase();
        return what === undefined ? [] : [[what, value]];
      }),
    );
  const redriveIds = Object.values(named(/^(\w+)RedriveMapping$/));
  const checks = await Promise.all([
    apiCheck(apiUrl),
    ...(apiKey === undefined ? [] : [apiKeyCheck(apiUrl, apiKey)]),
    tableKeyCheck(config, WebhooksTableName),
    streamMappingCheck(config, StreamMappingId),
    queueMappingsCheck(config, { functionName: DeliverFunctionName, redriveIds }),
    deadLettersCheck(config, named(/^(\w+)DeadLettersUrl$/)),
    putAsideCheck(config, { bucketName: BucketName, stackName }),
    alarmsCheck(config, { now, stackName }),
    expiredCheck(config, { now, stackName }),
  ]);
  return [...account, ...checks];
};
