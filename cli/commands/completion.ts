import { Argument, type Command } from "commander";
import { exitCodes } from "../errors.ts";
import { addCommonOptions } from "../options.ts";
import type { RunCommand } from "../terminal.ts";

/** Adds `tidepost completion SHELL`. */
export const addCompletion = (program: Command, run: RunCommand, whole: () => Promise<Command>): void => {
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
      const script = completionScript(shell, commandTree(await whole()));
      terminal.out(terminal.json ? JSON.stringify({ shell, script }) : script);
      return exitCodes.done;
    });
  });
};

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

export const shells = ["bash", "zsh", "fish"] as const;

/** The script that completes a command and all below it in a shell. */
export const completionScript = (shell: (typeof shells)[number], root: CommandNode): string => {
  switch (shell) {
    case "bash":
      return bashScript(root);
    case "zsh":
      return zshScript(root);
    case "fish":
      return fishScript(root);
  }
};

/** Words that can follow a command. */
const nextWords = ({ children, choices, options }: CommandNode): readonly string[] => [
  ...children.map(({ words }) => words.at(-1) ?? ""),
  ...choices,
  ...options.map(({ flag }) => flag),
];

const bashScript = (root: CommandNode): string => {
  const nodes = flatten(root);
  const known = nodes.map(({ words }) => `"${words.join(" ")}"`).join(" | ");
  const byCommand = nodes.map((node) => `    "${node.words.join(" ")}") words="${nextWords(node).join(" ")}" ;;`);
  const choices = new Map(
    nodes.flatMap(({ words, options }) =>
      options
        .filter((option) => option.choices.length > 0)
        .map((option) => [`"${[...words, option.flag].join(" ")}"`, option.choices.join(" ")] as const),
    ),
  );
  const byOption = [...choices].map(([key, values]) => `    ${key}) words="${values}" ;;`);
  return [
    "_tidepost() {",
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" command="" words="" word',
    '  for word in "${COMP_WORDS[@]:1:$((COMP_CWORD-1))}"; do',
    '    case "${command:+$command }$word" in',
    `      ${known}) command="\${command:+$command }$word" ;;`,
    "    esac",
    "  done",
    '  case "$command" in',
    ...byCommand,
    "  esac",
    '  case "${command:+$command }$previous" in',
    ...byOption,
    "  esac",
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    "  # What takes a file gets one.",
    '  if [[ ${#COMPREPLY[@]} -eq 0 && "$current" != -* ]]; then COMPREPLY=($(compgen -f -- "$current")); fi',
    "}",
    "complete -F _tidepost tidepost",
  ].join("\n");
};

/** zsh runs bash's completions. The first one is asked for while the file is being loaded: the last line gives its answer. */
const zshScript = (root: CommandNode): string =>
  [
    "#compdef tidepost",
    "autoload -U +X bashcompinit && bashcompinit",
    bashScript(root),
    'if [[ "${funcstack[1]}" == _tidepost ]]; then _bash_complete -F _tidepost; fi',
  ].join("\n");

const fishScript = (root: CommandNode): string => {
  const lines = flatten(root).flatMap((node) => {
    const condition = `__tidepost_at ${quoted(node.words.join(" "))}`;
    const start = `complete -c tidepost -n ${quoted(condition)}`;
    return [
      ...node.children.map(
        ({ words, summary }) => `${start} -f -a ${quoted(words.at(-1) ?? "")} -d ${quoted(summary)}`,
      ),
      ...(node.choices.length === 0 ? [] : [`${start} -f -a ${quoted(node.choices.join(" "))}`]),
      ...node.options.map(({ flag, description, takesValue, choices }) =>
        [
          `${start} -l ${flag.slice(2)}`,
          ...(takesValue ? ["-r"] : []),
          ...(choices.length === 0 ? [] : [`-f -a ${quoted(choices.join(" "))}`]),
          `-d ${quoted(description)}`,
        ].join(" "),
      ),
    ];
  });
  return [
    "function __tidepost_at",
    "  set -l at",
    "  for word in (commandline -opc)[2..-1]",
    "    switch (string join -- ' ' $at $word)",
    `      case ${flatten(root)
      .filter(({ words }) => words.length > 0)
      .map(({ words }) => quoted(words.join(" ")))
      .join(" ")}`,
    "        set -a at $word",
    "    end",
    "  end",
    '  test "$at" = "$argv[1]"',
    "end",
    ...lines,
  ].join("\n");
};

const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
