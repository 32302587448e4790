import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import * as z from "zod";

const report = z.object({
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(""),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string().nullish()).default([]),
        }),
      ),
    }),
  ),
});

/** What a run of tests ended with. */
export interface TestOutcome {
  readonly passed: number;
  readonly failed: number;
  /** A line for each failure: file, name of the test, first line of its message. */
  readonly failures: readonly string[];
}

/** Reads the JSON report of Vitest. A file that could not run has no tests to count: it is one failure. */
export const readTestReport = async (file: string): Promise<TestOutcome> => {
  const { numPassedTests, testResults } = report.parse(JSON.parse(await readFile(file, "utf8")));
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failedTests = assertionResults.filter((test) => test.status === "failed");
    if (status === "failed" && failedTests.length === 0) return [failureLine(name, "could not run", message)];
    return failedTests.map(({ fullName, failureMessages }) => failureLine(name, fullName, failureMessages[0] ?? ""));
  });
  return { passed: numPassedTests, failed: failures.length, failures };
};

const failureLine = (file: string, test: string, message: string): string =>
  `FAILED  ${relative(process.cwd(), file)} > ${test}: ${message.split("\n")[0]}`;
