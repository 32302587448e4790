import { Command } from "commander";
import { printError, printLine } from "./console-lines.ts";
import { startDev } from "./dev.ts";
import type { DevOptions } from "./options.ts";
import { devOptions } from "./options.ts";

const command = new Command("npm run dev --")
  .description("Runs Tidepost on this machine: the synthesised stack on embedded services, reachable from here only.")
  .allowExcessArguments(false);
for (const option of devOptions) command.addOption(option);
command.parse();

/** Resolves with the first signal to stop; a second one ends the process at once. */
const stopSignal = new Promise<void>((resolve) => {
  let asked = false;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (asked) process.exit(1);
      asked = true;
      resolve();
    });
  }
});

try {
  const starting = startDev(command.opts<DevOptions>());
  const started = await Promise.race([starting, stopSignal.then(() => undefined)]);
  // A signal during the start needs no clean end: everything lives in this process.
  if (started === undefined) process.exit(0);
  await stopSignal;
  printLine("stop", "Stopping");
  await started.stop();
  process.exit(0);
} catch (error) {
  printError(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
