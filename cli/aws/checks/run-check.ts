import { CliError } from "../../cli-error.ts";
import type { Check } from "../../doctor/check.ts";
import { explainAwsErrors } from "../aws-error.ts";

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
