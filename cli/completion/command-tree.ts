import type { Command } from "commander";

/** A command as completion sees it. */
export interface CommandNode {
  /** Words that lead to it, without `tidepost`: `keys create`. */
  readonly words: readonly string[];
  readonly summary: string;
  readonly options: readonly OptionNode[];
  /** Values that its first argument may have. */
  readonly choices: readonly string[];
  readonly children: readonly CommandNode[];
}

interface OptionNode {
  readonly flag: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** A command with all below it. */
export const commandTree = (command: Command, words: readonly string[] = []): CommandNode => ({
  words,
  summary: command.summary(),
  options: [
    ...command.options.flatMap((option) =>
      option.long === undefined || option.long === null
        ? []
        : [
            {
              flag: option.long,
              description: option.description,
              takesValue: option.required || option.optional,
              choices: option.argChoices ?? [],
            },
          ],
    ),
    { flag: "--help", description: "display help for command", takesValue: false, choices: [] },
  ],
  choices: command.registeredArguments[0]?.argChoices ?? [],
  children: command.commands.map((child) => commandTree(child, [...words, child.name()])),
});

/** A command and all below it, in one list. */
export const flatten = (node: CommandNode): readonly CommandNode[] => [node, ...node.children.flatMap(flatten)];
