import { CliError, exitCodes } from "../cli-error.ts";
import { usageError } from "../usage-error.ts";
import { explainAwsErrors } from "./aws-error.ts";
import { createFirstKey } from "./create-first-key.ts";
import { allGrants, keyRequest } from "./key-request.ts";
import { readStackOutputs } from "./stack-outputs.ts";

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
