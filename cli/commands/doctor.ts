import type { Command } from "commander";
import { plain } from "#shared/text/plain.ts";
import {
  type AccessOptions,
  type Settings,
  accessOf,
  addAccessOptions,
  apiUrlOf,
  localUrl,
  readLayers,
  resolveSettings,
} from "../settings.ts";
import type { ApiAccess } from "../api.ts";
import { CliError, type ExitCode, exitCodes, usageError } from "../errors.ts";
import { userFilePath } from "../profiles.ts";
import {
  type Check,
  apiChecks,
  configCheck,
  failed,
  nodeCheck,
  portsCheck,
  targetCheck,
  webhookChecks,
} from "../doctor-checks.ts";
import { printJson } from "../output.ts";
import type { CommandTerminal, RunCommand } from "../terminal.ts";

interface DoctorOptions extends AccessOptions {
  readonly target?: string;
  readonly aws?: boolean;
  readonly stack?: string;
}

const defaultStack = "Tidepost";

/** Adds `tidepost doctor`. */
export const addDoctor = (program: Command, run: RunCommand): void => {
  const command = program
    .command("doctor")
    .summary("check this machine, the API, the key and the webhooks")
    .description(
      "Checks what Tidepost needs, and says how to fix what is wrong. Ends with 1 when a check fails; warnings do not count.",
    )
    .option("--target <url>", "also have the API send a test POST to this URL")
    .option(
      "--aws",
      "also look at the deployed stack, with the AWS credentials of the environment and the profile's region",
    )
    .option("--stack <name>", `name of that stack (default: the profile's, else ${defaultStack})`);
  addAccessOptions(command).action(async () => {
    await run(command, async (terminal) => await doctor(command, terminal));
  });
};

const doctor = async (command: Command, terminal: CommandTerminal): Promise<ExitCode> => {
  const { target, aws = false, stack } = command.opts<DoctorOptions>();
  if (stack !== undefined && !aws) throw usageError("--stack needs --aws", "Add --aws to look at a deployed stack.");
  const checks: Check[] = [];
  const add = (...made: readonly Check[]): void => {
    checks.push(...made);
    if (!terminal.json) made.flatMap((check) => checkLines(terminal, check)).forEach(terminal.out);
  };
  add(nodeCheck(process.versions.node), await configCheck(userFilePath(terminal.env)));
  const { access, settings, check } = await settingsCheck(command, terminal);
  add(check);
  const api = access === undefined ? [] : await apiChecks(access);
  const isThere = api.length > 1;
  // Who asks for the local system, which does not answer, may not be able to start it.
  if (access?.url === apiUrlOf(localUrl) && !isThere) add(await portsCheck());
  add(...api);
  if (access !== undefined && isThere) {
    add(...(await webhookChecks(access)));
    if (target !== undefined) add(await targetCheck(access, target));
  }
  if (aws) {
    // The AWS clients take a while to load, which other commands need not wait for.
    const { awsChecks } = await import("../aws/aws-checks.ts");
    const region = settings?.region?.value;
    const stackName = stack ?? settings?.stack?.value ?? defaultStack;
    add(...(await awsChecks({ stackName, now: Date.now(), ...(region === undefined ? {} : { config: { region } }) })));
  }
  if (terminal.json) printJson(terminal, checks);
  return checks.some(({ state }) => state === "failed") ? exitCodes.failed : exitCodes.done;
};

/** Which API the settings lead to; that they lead nowhere is for the checklist, and no reason to end it. */
const settingsCheck = async (
  command: Command,
  terminal: CommandTerminal,
): Promise<{ readonly access?: ApiAccess; readonly settings?: Settings | undefined; readonly check: Check }> => {
  let settings: Settings | undefined;
  try {
    settings = resolveSettings(await readLayers(command, terminal));
    const access = accessOf(settings, terminal);
    const detail = `${settings.profile.value}, URL from ${settings.url?.source ?? ""}, key from ${access.keySource ?? ""}`;
    return { access, settings, check: { name: "profile", state: "ok", detail } };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { settings, check: failed("profile", error) };
  }
};

const marks = { ok: ["green", "✔"], warning: ["yellow", "!"], failed: ["red", "✖"] } as const;

const checkLines = ({ paint }: CommandTerminal, { name, state, detail, fix }: Check): readonly string[] => {
  const [style, mark] = marks[state];
  return [
    `${paint(style, mark)} ${plain(name)}  ${plain(detail)}`,
    ...(fix === undefined ? [] : [`    fix  ${plain(fix)}`]),
  ];
};
