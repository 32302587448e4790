import { readFileSync } from "node:fs";

// Prints "passed failed" from vitest's JSON report. A file that could not run has no tests to count: it is one failure.
const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const brokenFiles = report.testResults.filter(
  ({ assertionResults, status }) =>
    status === "failed" && !assertionResults.some((assertion) => assertion.status === "failed"),
);
console.log(`${report.numPassedTests} ${report.numFailedTests + brokenFiles.length}`);
