import { Argument, type Command } from "commander";
import { exitCodes } from "../cli-error.ts";
import { addCommonOptions } from "../common-options.ts";
import { completionScript, shells } from "../completion/script.ts";
import { commandTree } from "../completion/command-tree.ts";
import type { RunCommand } from "../run-command.ts";

/** Adds `tidepost completion SHELL`. */
export const addCompletion = (program: Command, run: RunCommand): void => {
  const command = program
    .command("completion")
    .summary("print a script that completes commands and options")
    .description(
      "Prints a script for a shell, which completes commands, options and their choices. bash: " +
        "source <(tidepost completion bash). zsh: tidepost completion zsh > ~/.zfunc/_tidepost, with that folder in fpath. " +
        "fish: tidepost completion fish | source.",
    )
    .addArgument(new Argument("<shell>", "which shell").choices(shells));
  addCommonOptions(command).action(async (shell: (typeof shells)[number]) => {
    await run(command, async (terminal) => {
      const script = completionScript(shell, commandTree(program));
      terminal.out(terminal.json ? JSON.stringify({ shell, script }) : script);
      return exitCodes.done;
    });
  });
};
