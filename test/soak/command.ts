import { Command, InvalidArgumentError } from "commander";
import { type FaultName, faultMeanings, faultNames } from "./faults.ts";

const whole =
  (from: number, to: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isInteger(value) && value >= from && value <= to) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
  };

const faultList = (text: string): readonly FaultName[] =>
  text.split(",").map((name) => {
    const known = faultNames.find((fault) => fault === name.trim());
    if (known === undefined) throw new InvalidArgumentError(`'${name}' is none of ${faultNames.join(", ")}.`);
    return known;
  });

/** The command line of the soak. Its help fits the terminal. */
export const soakCommand = new Command("npm run soak --")
  .description(
    "Runs the local system under load and faults, and then proves that nothing was lost, mixed or sent where it must not " +
      "be. Speaks to this machine only, and ends by itself. Exit code 1: a promise was broken.",
  )
  .addHelpText("after", ({ command }) => {
    const help = command.createHelp();
    help.prepareContext({ helpWidth: process.stdout.columns });
    const items = faultNames.map((name) => help.formatItem(name, 10, faultMeanings[name], help));
    return `\nFaults:\n${items.join("\n")}`;
  })
  .option(
    "--for <seconds>",
    "time under load and faults; what is open then gets up to eleven minutes",
    whole(5, 86_400),
    60,
  )
  .option("--seed <number>", "makes the same plan of faults again (default: from the clock)", whole(0, 2 ** 31))
  .option("--kills <number>", "kills in that time (default: one a second)", whole(0, 100_000))
  .option("--faults <list>", "faults to make, separated by commas (default: all)", faultList)
  .option("--json <file>", "write the result there")
  .option("--log <file>", "write what functions and runtime log there")
  .allowExcessArguments(false);
