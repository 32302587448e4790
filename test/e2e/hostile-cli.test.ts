import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Argument, Command, Option } from "commander";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { exitCodes } from "../../cli/errors.ts";
import { createProgram } from "../../cli/program.ts";
import { isFull, samplePairs } from "../support/hostile-cases.ts";
import { seed } from "../support/seed.ts";
import { hostileTexts, obeyedByTerminals } from "../support/hostile-values.ts";
import type { Ended } from "../support/cli.ts";
import { freePort } from "../support/tidepost.ts";
import { useCli } from "../support/use-cli.ts";

const world = useCli();
let folder: string;
let id: string;
let port: number;
beforeAll(async () => {
  // What would ask AWS is told that nobody is there.
  const aws = { AWS_ENDPOINT_URL: "http://127.0.0.1:1", AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x" };
  for (const [name, value] of Object.entries({ ...aws, AWS_REGION: "us-east-1", AWS_MAX_ATTEMPTS: "1" })) {
    vi.stubEnv(name, value);
  }
  // Nothing gets out of it by way of "..".
  const top = await mkdtemp(join(tmpdir(), "tidepost-hostile-"));
  folder = join(top, "a", "b", "c");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "webhooks.json"), "[]");
  id = await world.register("/hostile");
  port = await freePort();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(join(folder, "../../.."), { recursive: true, force: true });
});

/** A place on a command line where a text of the user's stands. */
interface Place {
  /** Names of the command, such as `keys` and `create`. */
  readonly names: readonly string[];
  readonly command: Command;
  /** An option that takes a value, or the position of an argument. */
  readonly at: Option | number;
}

const placesOf = (command: Command, names: readonly string[] = []): readonly Place[] => [
  ...command.commands.flatMap((child) => placesOf(child, [...names, child.name()])),
  ...(command.commands.length > 0 ? [] : command.registeredArguments.map((_, at) => ({ names, command, at }))),
  ...command.options.filter(({ required, optional }) => required || optional).map((at) => ({ names, command, at })),
];

/** Every argument and every option of every command: a new one is among them without an edit here. */
const places = placesOf(await createProgram(async () => undefined));

/** A good value of an argument. */
const goodArgument = (argument: Argument): string => {
  const values: Readonly<Record<string, string>> = {
    target: `${world.receiver.url}/hostile`,
    webhook: id,
    batch: crypto.randomUUID(),
    key: crypto.randomUUID(),
    id: crypto.randomUUID(),
    type: "bounce",
    file: join(folder, "webhooks.json"),
    shell: "bash",
    name: "profile",
  };
  const found = values[argument.name()];
  if (found === undefined && argument.required) throw new Error(`no good value of <${argument.name()}>`);
  return found ?? "";
};

/** What a command needs besides, so that it gets to what is tried. */
const needed: Readonly<Record<string, () => readonly string[]>> = {
  create: () => ["--all"],
  sink: () => ["--port", String(port)],
  replay: () => ["--from", "1m", "--dry-run"],
  listen: () => ["--print"],
  "keys create": () => ["--grants", "webhooks/view"],
  "restore failed-windows": () => ["--stack", "none"],
  "restore quarantine": () => ["--stack", "none"],
  "config set": () => ["--url", "http://127.0.0.1:1/api"],
  console: () => ["--print"],
  tail: () => ["--until-idle", "1ms"],
  trigger: () => ["--timeout", "1ms"],
  gen: () => ["--for", "1ms"],
};
/** Options that name a file or folder, in which the text is a name. */
const pathOptions = new Set(["--save"]);
const endsAfterMs = 200;

const run = async ({ names, command, at }: Place, text: string, json: boolean): Promise<Ended> => {
  const isPath = (typeof at === "number" ? command.registeredArguments[at]?.name() : at.long) ?? "";
  const sent = isPath === "file" || pathOptions.has(isPath) ? join(folder, text.replaceAll("..", "")) : text;
  const args = command.registeredArguments.flatMap((argument, position) => {
    if (position === at) return [sent];
    return argument.required ? [goodArgument(argument)] : [];
  });
  const isText = typeof at === "number";
  return await world.cli(
    [
      ...names,
      ...(needed[names.join(" ")]?.() ?? []),
      // As one word: what begins with a dash is a value, too.
      ...(isText ? [] : [`${at.long ?? ""}=${sent}`]),
      ...(json ? ["--json"] : []),
      ...(isText ? ["--"] : []),
      ...args,
    ],
    {
      env: { XDG_CONFIG_HOME: folder, HOME: folder, HOSTILE: text },
      folder,
      input: text,
      interrupted: AbortSignal.timeout(endsAfterMs),
    },
  );
};

const codes: ReadonlySet<number> = new Set(Object.values(exitCodes));

const problemsOf = ({ code, out, error }: Ended, json: boolean): readonly string[] => {
  const problems: string[] = [];
  const lines = [...out, ...error.split("\n")];
  if (!codes.has(code)) problems.push(`ends with code ${code}`);
  if (lines.some((line) => /^\s+at .*[:(]\d+|Unexpected error/.test(line)))
    problems.push("shows a fault of the command");
  const obeyed = lines.find((line) => obeyedByTerminals.test(line));
  if (obeyed !== undefined) problems.push(`prints ${JSON.stringify(obeyed.slice(0, 200))}`);
  if (json && code !== 0 && !isJson(error) && !isJson(out.join("\n")))
    problems.push("tells what is wrong, and not in JSON");
  return problems;
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const nameOf = ({ names, command, at }: Place): string =>
  [...names, typeof at === "number" ? `<${command.registeredArguments[at]?.name()}>` : at.flags].join(" ");

describe(`hostile texts in every argument and option (a sample of seed ${seed})`, { timeout: 900_000 }, () => {
  it("end each command with a code of its own, and nothing is printed that a terminal obeys", async () => {
    const problems: string[] = [];
    for (const [turn, [place, [name, text]]] of samplePairs(
      places,
      Object.entries(hostileTexts),
      isFull ? 8 : 1,
    ).entries()) {
      const json = turn % 3 === 0;
      const ended = await run(place, text, json);
      problems.push(
        ...problemsOf(ended, json).map(
          (problem) =>
            `${nameOf(place)} of ${name}${json ? " with --json" : ""} ${problem}: ${ended.error.slice(0, 300)}`,
        ),
      );
    }
    expect(problems).toEqual([]);
  });

  it("are no secret that breaks a command when they come from the environment or standard input", async () => {
    const problems: string[] = [];
    const sources = places.filter(({ at }) => typeof at !== "number" && at.flags.includes("<source>"));
    for (const [turn, [place, [name, text]]] of samplePairs(sources, Object.entries(hostileTexts)).entries()) {
      const { names, command, at } = place;
      if (typeof at === "number") continue;
      const args = command.registeredArguments.filter(({ required }) => required).map(goodArgument);
      const ended = await world.cli(
        [
          ...names,
          ...(needed[names.join(" ")]?.() ?? []),
          `${at.long ?? ""}=${turn % 2 === 0 ? "-" : "env:HOSTILE"}`,
          ...args,
        ],
        {
          env: { XDG_CONFIG_HOME: folder, HOSTILE: text },
          folder,
          input: text,
          interrupted: AbortSignal.timeout(endsAfterMs),
        },
      );
      problems.push(
        ...problemsOf(ended, false).map(
          (problem) => `${nameOf(place)} of ${name} ${problem}: ${ended.error.slice(0, 300)}`,
        ),
      );
    }
    expect(problems).toEqual([]);
  });
});
