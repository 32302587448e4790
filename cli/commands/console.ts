import { spawn } from "node:child_process";
import type { Command } from "commander";
import { addAccessOptions, consoleUrlOf, isLoopback, readLayers, requireUrl, resolveSettings } from "../settings.ts";
import { exitCodes } from "../errors.ts";
import { printJson } from "../output.ts";
import type { RunCommand } from "../terminal.ts";

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
      else if (hasScreen(process.platform, terminal.env) && (await openInBrowser(link)))
        terminal.note(`Opened ${consoleUrlOf(url)} in your browser`);
      else {
        terminal.note("No browser could be opened here. This is the link:");
        terminal.out(link);
      }
      return exitCodes.done;
    });
  });
};

/** The command that opens a URL. None is a shell: a URL may hold what a shell would obey. */
export const openerOf = (platform: NodeJS.Platform, url: string): readonly [string, ...string[]] => {
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler", url];
  return [platform === "darwin" ? "open" : "xdg-open", url];
};

/** Whether somebody would see a browser. Without a display, `xdg-open` starts one for terminals, which nobody can use here. */
export const hasScreen = (platform: NodeJS.Platform, env: Readonly<Record<string, string | undefined>>): boolean =>
  platform === "win32" ||
  platform === "darwin" ||
  ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME"].some((name) => (env[name] ?? "") !== "");

/** A command that still runs after this has found a browser, and waits for it. */
const openedAfterMs = 3_000;

/** Opens a URL in the user's browser; false when there is no way to, or the way has failed. */
const openInBrowser = async (url: string): Promise<boolean> => {
  const [command, ...args] = openerOf(process.platform, url);
  return await new Promise((resolve) => {
    const child = spawn(command, args, { stdio: "ignore", detached: true });
    const timer = setTimeout(() => resolve(true), openedAfterMs);
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
    child.once("close", () => clearTimeout(timer));
    child.unref();
  });
};
