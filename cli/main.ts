import { runTidepost } from "./program.ts";
import { processTerminal } from "./terminal.ts";

process.exitCode = await runTidepost(process.argv.slice(2), processTerminal(process));
