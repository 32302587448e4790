import { expect, it } from "vitest";
import { soakCommand } from "../../soak/command.ts";

it("the soak's help fits a terminal of 80 columns, and what is wrapped stands below its description", () => {
  let text = "";
  soakCommand.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 80 });
  soakCommand.outputHelp();
  const lines = text.split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  const faults = lines.slice(lines.indexOf("Faults:") + 1).filter((line) => line !== "");
  expect(faults.filter((line) => !/^ {2}[a-z]+ +\S|^ {14}\S/.test(line))).toEqual([]);
});
