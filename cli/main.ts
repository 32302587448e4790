import { runTidepost } from "./program.ts";
import { processTerminal } from "./terminal.ts";

// `tidepost … | head` closes the pipe when it has seen enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

process.exitCode = await runTidepost(process.argv.slice(2), processTerminal(process));
