import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { inColumns, shownColumns, tablePrinter, timeCell } from "../../../cli/output.ts";
import { type CommandTerminal, askIn } from "../../../cli/terminal.ts";

describe("a table", () => {
  const rows = [
    ["id", "name", "events"],
    ["1", "a webhook with a long name", "5"],
    ["2", "short", "12,000"],
  ];
  const columns = [{}, {}, { isNumber: true }];

  it("has columns as wide as their widest cell, with numbers to the right", () => {
    expect(inColumns(rows, columns)).toEqual([
      "id  name                        events",
      "1   a webhook with a long name       5",
      "2   short                       12,000",
    ]);
  });

  it("fits the width of a terminal, and cuts no number", () => {
    expect(inColumns(rows, columns, 24)).toEqual([
      "id  name          events",
      "1   a webhook w…       5",
      "2   short         12,000",
    ]);
  });

  it("stays readable where there is no room at all", () => {
    expect(inColumns(rows, columns, 1)).toEqual([
      "id  name      events",
      "1   a webho…       5",
      "2   short     12,000",
    ]);
  });
});

describe("a table whose rows come some at a time", () => {
  const columns = [{ title: "name" }, { title: "events", isNumber: true }];
  const printed = (width: number | undefined): readonly string[] => {
    const lines: string[] = [];
    const terminal = { out: (line: string) => void lines.push(line), columns: width } as unknown as CommandTerminal;
    const print = tablePrinter(terminal, columns);
    print([["orders", "5"]]);
    print([["a longer name", "12"]]);
    return lines;
  };

  it("has one line of titles, and columns as wide as those that came first", () => {
    expect(printed(80)).toEqual(["name    events", "orders       5", "a lon…      12"]);
  });

  it("is whole for other programs", () => {
    expect(printed(undefined)).toEqual(["name    events", "orders       5", "a longer name      12"]);
  });
});

describe("the columns of a table", () => {
  const columns = [{ title: "id" }, { title: "name" }, { title: "created", isOptional: true }];
  const rows = [
    ["id", "name", "created"],
    ["1", "a webhook with a long name", "3 min ago"],
  ];

  it("are all there where there is room", () => {
    expect(shownColumns(rows, columns)).toEqual([0, 1, 2]);
    expect(shownColumns(rows, columns, 32)).toEqual([0, 1, 2]);
  });

  it("lose an optional one before another becomes too narrow to read", () => {
    expect(shownColumns(rows, columns, 31)).toEqual([0, 1, 2]);
    expect(shownColumns(rows, columns, 24)).toEqual([0, 1]);
    expect(shownColumns(rows, columns.slice(0, 2), 12)).toEqual([0, 1]);
  });

  it("have times as a person reads them, and exact ones for programs", () => {
    const at = new Date(Date.now() - 200_000).toISOString();
    expect(timeCell({ columns: 80 }, at)).toBe("3 min ago");
    expect(timeCell({}, at)).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
  });
});

describe("a question", () => {
  it.each([
    ["yes\n", true],
    ["y\n", false],
    ["Y\n", false],
    ["YES\n", false],
    ["yes!\n", false],
    ["\n", false],
  ])("that is final, answered with %j, is answered %s", async (reply, answer) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const asked = askIn(input, output)("Delete crm?", true);
    input.write(reply);
    expect(await asked).toBe(answer);
    output.end();
    expect(await text(output)).toContain("Type yes to go on:");
  });

  const answered = async (reply: string, isEnded = false) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const asked = askIn(input, output)("Delete crm?");
    if (isEnded) input.end(reply);
    else input.write(reply);
    const answer = await asked;
    output.end();
    return { answer, shown: await text(output) };
  };

  it.each([
    ["y\n", true],
    ["YES\n", true],
    [" yes \n", true],
    ["\n", false],
    ["n\n", false],
    ["maybe\n", false],
    ["yikes\n", false],
    ["yes, but not now\n", false],
  ])("answered with %j is answered %s", async (reply, answer) => {
    expect(await answered(reply)).toEqual({ answer, shown: "Delete crm? [y/N] " });
  });

  it("that is left unanswered is answered no", async () => {
    expect((await answered("", true)).answer).toBe(false);
  });
});
