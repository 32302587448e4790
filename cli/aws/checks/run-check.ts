import type { CloudFormationClientConfig } from "@aws-sdk/client-cloudformation";
import { CliError } from "../../errors.ts";
import type { Check } from "../../doctor-checks.ts";
import { explainAwsErrors } from "../stack.ts";

/** Where AWS is and with which credentials; what is left out comes from the environment. */
export type AwsConfig = Pick<CloudFormationClientConfig, "credentials" | "endpoint" | "region">;

/** What a check finds, without its name. */
export type Finding = Omit<Check, "name">;

/** Makes a check of what is found; a call that fails is a failed check that says what to do, and no end of the others. */
export const runCheck = async (name: string, find: () => Promise<Finding>): Promise<Check> => {
  try {
    return { name, ...(await explainAwsErrors(find)) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const [{ description, fix, message } = { message: error.message }] = error.errors;
    const detail = description === undefined ? message : `${message}: ${description}`;
    return { name, state: "failed", detail, ...(fix === undefined ? {} : { fix }) };
  }
};
