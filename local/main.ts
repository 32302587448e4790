import { enableCompileCache } from "node:module";
import { Command } from "commander";
import { compileCacheDir } from "../emulator/compile-cache.ts";
import { type DevOptions, devOptions, stackSettings } from "./options.ts";
import { startLean } from "./start-lean.ts";
import { synthesise } from "./synthesise.ts";

startLean();

const command = new Command("npm run dev --")
  .description("Runs Tidepost on this machine: the synthesised stack on embedded services, reachable from here only.")
  .allowExcessArguments(false);
for (const option of devOptions) command.addOption(option);
command.parse();
const options = command.opts<DevOptions>();

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

/** Ends the process when all that was printed has gone out. */
const exit = (code: number): void => {
  process.stdout.write("", () => process.exit(code));
};

try {
  const { stdin: input, stdout: output, env } = process;
  const interrupt = (): void => void process.kill(process.pid, "SIGINT");
  // Another process does most of it, while this one loads all the rest.
  const synthesised = synthesise(stackSettings(options));
  // It is awaited later.
  synthesised.catch(() => undefined);
  enableCompileCache(compileCacheDir);
  const { startDev } = await import("./start-dev.ts");
  const starting = startDev(options, { input, output, env, startedAt: 0, interrupt, synthesised });
  const started = await Promise.race([starting, stopSignal.then(() => undefined)]);
  // A signal during the start needs no clean end: everything lives in this process.
  if (started === undefined) process.exit(0);
  await Promise.race([stopSignal, started.quit]);
  await started.stop();
  exit(0);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${options.json ? JSON.stringify({ errors: [{ message }] }) : message}\n`);
  exit(1);
}
