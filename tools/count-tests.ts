import { readTestReport } from "./test-report.ts";

// Prints "<passed> <failed>" from the JSON report of Vitest that it is given, and a line for each failure.
const { passed, failed, failures } = await readTestReport(process.argv[2] ?? "");
console.log([`${passed} ${failed}`, ...failures].join("\n"));
