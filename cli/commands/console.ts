import type { Command } from "commander";
import { addAccessOptions, readLayers, requireUrl } from "../access.ts";
import { exitCodes } from "../cli-error.ts";
import { consoleUrlOf, isLoopback } from "../config/base-url.ts";
import { resolveSettings } from "../config/settings.ts";
import { openInBrowser } from "../open-in-browser.ts";
import { printJson } from "../print.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds `tidepost console`. */
export const addConsole = (program: Command, run: RunCommand): void => {
  const command = program
    .command("console")
    .summary("open the console in a browser")
    .description("Opens the console of the API. Its link carries the API key only when it leads to this machine.")
    .option("--print", "print the link instead");
  addAccessOptions(command).action(async () => {
    await run(command, async (terminal) => {
      const { print = false } = command.opts<{ readonly print?: boolean }>();
      const settings = resolveSettings(await readLayers(command, terminal));
      const url = requireUrl(settings);
      const key = isLoopback(url) ? settings.key?.value : undefined;
      const link = `${consoleUrlOf(url)}${key === undefined ? "" : `#key=${encodeURIComponent(key)}`}`;
      if (terminal.json) printJson(terminal, { url: link });
      else if (print) terminal.out(link);
      else if (await openInBrowser(link)) terminal.note(`Opened ${consoleUrlOf(url)}`);
      else {
        terminal.note("No browser could be opened here. This is the link:");
        terminal.out(link);
      }
      return exitCodes.done;
    });
  });
};
