import { readTestReport } from "./support/test-report.ts";

// Prints "<passed> <failed>" from the JSON report of Vitest that it is given, and a line for each failure.
const { passed, failed, failures } = await readTestReport(process.argv[2] ?? "");
process.stdout.write(`${[`${passed} ${failed}`, ...failures].join("\n")}\n`);
