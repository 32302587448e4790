import { Command, type Option } from "commander";
import { addAccessOptions } from "../cli/settings.ts";
import { commonGroup } from "../cli/options.ts";
import { createProgram } from "../cli/program.ts";

/** The line of docs/cli.md after which everything is written by code. */
const marker = "<!-- From here on written by npm run cli-docs. -->\n";

/** The page with its part about commands as the program has them now. */
export const withCommands = async (page: string): Promise<string> => {
  const [introduction, rest] = page.split(marker);
  if (introduction === undefined || rest === undefined) throw new Error(`The page lacks its line ${marker}`);
  const program = await createProgram(async () => undefined);
  return `${introduction}${marker}\n${[...commonSection(), "## Commands", ...commandsBelow(program)].join("\n\n")}\n`;
};

const commonSection = (): readonly string[] => [
  "## Common options",
  "Every command takes these; those that do not call the API take only the last four.",
  bullets(addAccessOptions(new Command()).options.map(optionText)),
];

const commandsBelow = (parent: Command): readonly string[] => parent.commands.flatMap((command) => section(command));

const section = (command: Command): readonly string[] => {
  const options = command.options.filter(({ helpGroupHeading }) => helpGroupHeading !== commonGroup);
  const items = [
    ...command.registeredArguments.map((argument) => {
      const name = argument.variadic ? `${argument.name()}...` : argument.name();
      return `\`${argument.required ? `<${name}>` : `[${name}]`}\`: ${described(argument)}`;
    }),
    ...options.map(optionText),
  ];
  return [
    `### ${pathOf(command)}`,
    escaped(command.description() || `${capitalised(command.summary())}.`),
    ...(items.length === 0 ? [] : [bullets(items)]),
    ...commandsBelow(command),
  ];
};

const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;

const optionText = (option: Option): string => `\`${option.flags}\`: ${described(option)}`;

/** The description with what Commander's help adds to it. */
const described = (
  item: Pick<Option, "description" | "argChoices" | "defaultValue" | "defaultValueDescription">,
): string => {
  const { description, argChoices: choices, defaultValueDescription: shown } = item;
  const defaultValue: unknown = item.defaultValue;
  const isShown = typeof defaultValue === "number" || typeof defaultValue === "string";
  const facts = [
    ...(choices === undefined ? [] : [`choices: ${choices.join(", ")}`]),
    ...(isShown ? [`default: ${shown ?? String(defaultValue)}`] : []),
  ];
  return escaped(facts.length === 0 ? description : `${description} (${facts.join("; ")})`);
};

const bullets = (items: readonly string[]): string => items.map((item) => `- ${item}`).join("\n");

/** Text that Markdown takes literally. */
const escaped = (text: string): string => text.replaceAll(/[<>*_[\]]/g, String.raw`\$&`);

const capitalised = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
