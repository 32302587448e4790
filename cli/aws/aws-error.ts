import { CliError, type ExitCode, exitCodes } from "../cli-error.ts";

/** What to do about errors of the AWS SDK, by what their names and messages have in common. */
const explanations: readonly { readonly of: RegExp; readonly exitCode: ExitCode; readonly fix: string }[] = [
  {
    of: /Credentials|Token|SignatureDoesNotMatch|UnrecognizedClient/i,
    exitCode: exitCodes.notAllowed,
    fix: "Sign in to AWS, or set AWS_PROFILE to a profile that is signed in.",
  },
  {
    of: /AccessDenied|not authorized/i,
    exitCode: exitCodes.notAllowed,
    fix: "Use a role that may do what the message names.",
  },
  { of: /Region is missing/i, exitCode: exitCodes.usage, fix: "Set AWS_REGION to the region of the stack." },
  {
    of: /ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|Timeout/i,
    exitCode: exitCodes.unreachable,
    fix: "Check the network, AWS_REGION and, if it is set, AWS_ENDPOINT_URL.",
  },
];

/** Does work on AWS; an error of AWS or of the way to it becomes one that says what to do. */
export const explainAwsErrors = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CliError || !(error instanceof Error)) throw error;
    const { code = "" } = error as { readonly code?: string };
    const text = `${error.name} ${code} ${error.message}`;
    const { exitCode = exitCodes.failed, fix } = explanations.find(({ of }) => of.test(text)) ?? {};
    const detail = error.message === "" ? code : error.message;
    const problem = { message: "AWS did not do it", description: `${error.name}: ${detail}` };
    throw new CliError(exitCode, { ...problem, ...(fix === undefined ? {} : { fix }) }, { cause: error });
  }
};
