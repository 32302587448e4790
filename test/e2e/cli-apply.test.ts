import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { answer } from "../support/receiver-behaviour.ts";
import { joinTidepost, removeWebhooks } from "../support/join-tidepost.ts";
import { freePort, type Tidepost } from "../support/tidepost.ts";

const projectRoot = resolve(import.meta.dirname, "../..");

let tidepost: Tidepost;
let receiver: Receiver;
let folder: string;
let file: string;
beforeAll(async () => {
  tidepost = await joinTidepost();
});
afterAll(async () => await tidepost.stop());
beforeEach(async () => {
  receiver = await startReceiver();
  folder = await mkdtemp(join(tmpdir(), "tidepost-cli-"));
  file = join(folder, "webhooks.json");
});
afterEach(async () => {
  await removeWebhooks(tidepost);
  await receiver.close();
  await rm(folder, { recursive: true });
});

const write = async (content: unknown): Promise<void> =>
  await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));

interface Ended {
  readonly code: number;
  readonly out: readonly string[];
  readonly error: string;
}

interface Caller {
  /** Empty for nobody. @default the system's */
  readonly key?: string;
  /** @default the system's */
  readonly url?: string;
  /** Standard input. */
  readonly input?: string;
}
const environment = ({ key = tidepost.key, url = tidepost.apiUrl }: Caller) => ({
  XDG_CONFIG_HOME: folder,
  TIDEPOST_URL: url,
  ...(key === "" ? {} : { TIDEPOST_API_KEY: key }),
});

/** Runs the command where nobody can be asked. */
const cli = async (args: readonly string[], caller: Caller = {}): Promise<Ended> => {
  const { code, out, error } = await runCli(args, { env: environment(caller), input: caller.input ?? "" });
  return { code, out: lines(out.join("\n")), error };
};

/** Does so in a process of its own. */
const cliProcess = async (args: readonly string[], caller: Caller = {}): Promise<Ended> => {
  const env = { PATH: process.env["PATH"], ...environment(caller) };
  const child = spawn(process.execPath, ["cli/tidepost.js", ...args], { cwd: projectRoot, env });
  child.stdin.end(caller.input);
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code, out: lines(out), error };
};
const lines = (output: string): readonly string[] =>
  output
    .replaceAll(receiver.url, "TARGET")
    .replaceAll(tidepost.apiUrl, "API")
    .split("\n")
    .filter((line) => line !== "");
const registeredNames = async (): Promise<readonly string[]> => {
  const webhooks = (await tidepost.call("GET", "/webhooks")).json.results as readonly { readonly name: string }[];
  return webhooks.map(({ name }) => name).toSorted();
};

const crm = () => ({
  name: "crm feed",
  events: ["bounce", "open"],
  target: `${receiver.url}/crm`,
  auth_token: "s3cret",
});
const alerts = () => ({ name: "alerts", events: ["bounce"], target: `${receiver.url}/alerts` });

describe("tidepost apply", () => {
  it("shows the plan, applies it, and has nothing to do the next time", async () => {
    await write([crm(), alerts()]);
    const plan = [
      "Plan for API, 2 in file, 0 registered",
      "  + add     crm feed  TARGET/crm     2 events, token set",
      "  + add     alerts    TARGET/alerts  1 event",
    ];
    expect(await cliProcess(["apply", file, "--plan"])).toEqual({ code: 0, out: plan, error: "" });
    expect(await registeredNames()).toEqual([]);
    const outcome = ["  ✔ added   crm feed", "  ✔ added   alerts", "2 applied, 0 unchanged"];
    expect(await cli(["apply", file, "--yes"])).toEqual({ code: 0, out: [...plan, ...outcome], error: "" });
    expect(await registeredNames()).toEqual(["alerts", "crm feed"]);
    const { code, out } = await cli(["apply", file, "--yes"]);
    expect({ code, out: out.slice(1) }).toEqual({
      code: 0,
      out: ["  = same    crm feed  TARGET/crm", "  = same    alerts    TARGET/alerts", "Nothing to do."],
    });
  });

  it("names changes without their secrets, and what is only registered", async () => {
    await write([crm(), alerts()]);
    await cli(["apply", file, "--yes"]);
    const headers = { "X-Team": "secret-team" };
    await write([{ ...crm(), events: ["open", "click"], auth_token: "s3cret2", custom_headers: headers }]);
    const { code, out } = await cli(["apply", file, "--plan"]);
    expect({ code, out }).toEqual({
      code: 0,
      out: [
        "Plan for API, 1 in file, 2 registered",
        "  ~ change  crm feed  TARGET/crm  events: + click - bounce   token changed   custom_headers: + X-Team",
        "  - only registered: alerts (kept; remove with --prune)",
      ],
    });
    const pruned = await cli(["apply", file, "--prune", "--yes"]);
    expect(pruned.out.slice(2)).toEqual([
      "  - remove  alerts    TARGET/alerts",
      "  ✔ changed crm feed",
      "  ✔ removed alerts",
      "2 applied, 0 unchanged",
    ]);
    expect(await registeredNames()).toEqual(["crm feed"]);
  });

  it("ends with 1 when a row fails, says why, and applies the others", async () => {
    receiver.respond("/crm", answer(404, { "content-type": "text/html" }, "Cannot POST \u001b[31m/crm"));
    await write([crm(), alerts()]);
    const { code, out } = await cli(["apply", file, "--yes"]);
    expect(code).toBe(1);
    expect(out.slice(3)).toEqual([
      "  ✖ failed  crm feed",
      "    ✖ POST to webhook target URL failed with non-2xx response code 404:",
      "      got     404 text/html Cannot POST [31m/crm",
      expect.stringMatching(/^ {6}detail {2}The target must answer/),
      expect.stringMatching(/^ {6}fix {5}Check the/),
      "      code    http_4xx",
      "  ✔ added   alerts",
      "1 applied, 0 unchanged, 1 failed",
    ]);
    expect(await registeredNames()).toEqual(["alerts"]);
  });

  it("ends with 1 when the file is invalid, with each position, and applies nothing", async () => {
    await write([alerts(), { events: ["deliverd"], target: "nowhere" }]);
    const { code, out, error } = await cli(["apply", file, "--yes"]);
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(error).toMatch(
      /^✖ 'entries\[1\]\.events\[0\]' is not known \(did you mean 'delivery'\?\), and must be one of: injection, /m,
    );
    expect(error).toMatch(/^✖ 'entries\[1\]\.target'/m);
    expect(await registeredNames()).toEqual([]);
    await write("[{");
    expect(await cli(["apply", file, "--yes"])).toMatchObject({
      code: 1,
      error: expect.stringMatching(/^✖ Request body parsing failed/),
    });
  });

  it("with --json prints the API's document alone, and errors as JSON", async () => {
    receiver.respond("/crm", answer(500));
    await write([crm(), alerts()]);
    const planned = await cli(["apply", file, "--plan", "--json"]);
    expect(JSON.parse(planned.out.join("\n"))).toMatchObject({ applied: false, plan: [{ action: "add" }, {}] });
    const applied = await cli(["apply", file, "--yes", "--json"]);
    expect(applied.code).toBe(1);
    expect(JSON.parse(applied.out.join("\n"))).toMatchObject({
      applied: true,
      plan: [{ outcome: "failed", errors: [{ reason: "http_5xx" }] }, { outcome: "applied" }],
    });
    await write([{}]);
    const refused = await cli(["apply", file, "--yes", "--json"]);
    expect({ code: refused.code, out: refused.out }).toEqual({ code: 1, out: [] });
    expect(JSON.parse(refused.error).errors[0]).toMatchObject({ code: "1400" });
  });
});

describe("how tidepost is called", () => {
  it.each([
    ["nothing to do", [], /Usage: tidepost/],
    ["an unknown command", ["aply"], /unknown command 'aply'/],
    ["no file", ["apply"], /missing required argument 'file'/],
    ["an unknown option", ["apply", "x", "--now"], /unknown option '--now'/],
    ["nobody to ask", ["apply", "package.json"], /Add --yes to apply, or --plan to look/],
    ["a key for all to read", ["apply", "package.json", "--plan", "--key", "abc"], /does not go on the command line/],
    ["a URL that is none", ["apply", "package.json", "--plan", "--url", "localhost:4010"], /not a URL of an API/],
  ])("%s ends with 2", async (_, args, message) => {
    const { code, out, error } = await cli(args);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(error).toMatch(message);
  });

  it("without a key for an API elsewhere ends with 2", async () => {
    const ended = await cli(["apply", "package.json", "--plan"], { key: "", url: "https://tidepost.example.com" });
    expect(ended).toMatchObject({ code: 2, error: expect.stringContaining("is for this machine alone") });
  });

  it("--help and --version end with 0", async () => {
    expect(await cli(["apply", "--help"])).toMatchObject({ code: 0, error: "" });
    expect(await cliProcess(["--version"])).toEqual({ code: 0, out: ["0.1.0"], error: "" });
  });

  it("takes the key from standard input, and the base URL without its version", async () => {
    await write([]);
    const url = `${tidepost.apiUrl.replace(/\/v1$/, "")}/`;
    const ended = await cliProcess(["apply", file, "--plan", "--key", "-"], {
      key: "wrong",
      url,
      input: `${tidepost.key}\n`,
    });
    expect(ended).toEqual({ code: 0, out: ["Plan for API, 0 in file, 0 registered", "Nothing to do."], error: "" });
  });

  it("with an API that is not there ends with 3", async () => {
    await write([]);
    const ended = await cliProcess(["apply", file, "--yes"], { url: `http://127.0.0.1:${await freePort()}` });
    expect(ended).toMatchObject({ code: 3, out: [], error: expect.stringContaining("ECONNREFUSED") });
  });

  it("with something else in the API's place ends with 1 and says so", async () => {
    await write([]);
    const ended = await cli(["apply", file, "--yes"], { url: receiver.url });
    expect(ended).toMatchObject({ code: 1, error: expect.stringContaining("does not appear to be Tidepost") });
  });

  it("with a URL that lacks its stage says what is missing", async () => {
    await write([]);
    const ended = await cli(["apply", file, "--plan"], { url: new URL(tidepost.apiUrl).origin });
    const fix = `with its stage: ${new URL(tidepost.apiUrl).origin}/api.`;
    expect(ended).toMatchObject({ code: 1, error: expect.stringContaining(fix) });
  });

  it("with an unknown key or without the grant ends with 4", async () => {
    await write([]);
    expect(await cli(["apply", file, "--plan"], { key: "wrong" })).toMatchObject({
      code: 4,
      error: expect.stringMatching(/^✖ Unauthorized/),
    });
    const body = { label: "viewer", grants: ["webhooks/view"] };
    const { json } = await tidepost.call("POST", "/api-keys", { body });
    const ended = await cli(["apply", file, "--plan"], { key: json.results.key });
    expect(ended).toMatchObject({ code: 4, error: expect.stringContaining("lacks the grant 'webhooks/modify'") });
  });
});

describe("in a terminal", () => {
  /** Runs the command where somebody answers. */
  const ask = async (reply: boolean, args: readonly string[]) => {
    const ended = await runCli(["apply", file, "--url", tidepost.apiUrl, ...args], { reply, input: tidepost.key });
    return { code: ended.code, questions: ended.questions, last: [...ended.out, ...lines(ended.error)].at(-1) };
  };

  it("asks before it applies", async () => {
    await write([crm(), alerts()]);
    const questions = ["Apply (add 2)?"];
    expect(await ask(false, [])).toEqual({ code: 1, questions, last: "Nothing was applied." });
    expect(await registeredNames()).toEqual([]);
    expect(await ask(true, [])).toEqual({ code: 0, questions, last: "2 applied, 0 unchanged" });
    await write([{ ...crm(), events: ["open"] }]);
    expect((await ask(false, ["--prune"])).questions).toEqual(["Apply (change 1, remove 1)?"]);
  });

  it.each([[["--yes"]], [["--plan"]]])("does not ask with %j", async (args) => {
    await write([alerts()]);
    expect(await ask(false, args)).toMatchObject({ code: 0, questions: [] });
  });

  it.each([[["--key", "-"]], [["--json"]]])("cannot ask with %j, and needs --yes", async (args) => {
    await write([alerts()]);
    expect(await ask(true, args)).toMatchObject({ code: 2, questions: [] });
    expect(await registeredNames()).toEqual([]);
    expect(await ask(true, [...args, "--yes"])).toMatchObject({ code: 0, questions: [] });
  });
});
