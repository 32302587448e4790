import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { inColumns } from "../../../cli/output.ts";
import { askIn } from "../../../cli/terminal.ts";

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

describe("a question", () => {
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
