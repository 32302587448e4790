import { type Command, Option } from "commander";
import { webhooksAnswer } from "#shared/contract/api/webhook.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import { type ApiAccess, callApi, serverTime } from "../api.ts";
import { attemptLine, endLine } from "../text.ts";
import { type ExitCode, exitCodes } from "../errors.ts";
import { findWebhook, webhookArgument } from "../find.ts";
import { type BatchNews, type Follower, followBatches, unlessGone } from "../batches.ts";
import { duration, time } from "../options.ts";
import { type CommandTerminal, type RunCommand, pauseBetween } from "../terminal.ts";
import { printJsonLine } from "../output.ts";
import { tryAgain } from "../try-again.ts";

const roundMs = 1_000;
const defaultIdleMs = 10_000;

interface TailOptions extends AccessOptions {
  readonly failed?: boolean;
  readonly since?: string;
  readonly untilIdle?: number | true;
}

/** Adds `tidepost tail [ID]`. */
export const addTail = (program: Command, run: RunCommand): void => {
  const command = program
    .command("tail")
    .summary("show attempts as they are made")
    .description(
      "Prints a line for each attempt to deliver a batch, and for each batch that expires or is split, until Ctrl-C. " +
        "With --json, one object a line: the batch, with the one attempt.",
    )
    .argument("[webhook]", `${webhookArgument}; all webhooks when left out`)
    .option("--failed", "only attempts that failed, and batches that expired")
    .addOption(new Option("--since <time>", "begin with what happened from then on").argParser(time))
    .addOption(
      new Option(
        "--until-idle [duration]",
        "end when no batch waits and nothing new has come for that long, 10s by default",
      ).argParser(duration),
    );
  addAccessOptions(command).action(async (webhook: string | undefined) => {
    await run(command, async (terminal) => await tail({ command, webhook, terminal }));
  });
};

const tail = async (input: {
  readonly command: Command;
  readonly webhook: string | undefined;
  readonly terminal: CommandTerminal;
}): Promise<ExitCode> => {
  const { command, webhook, terminal } = input;
  const { failed = false, since: given, untilIdle } = command.opts<TailOptions>();
  const idleMs = untilIdle === true ? defaultIdleMs : untilIdle;
  const access = await readAccess(command, terminal);
  const one = webhook === undefined ? undefined : (await findWebhook(access, webhook)).id;
  const since = given ?? (await serverTime(access));
  const followers = new Map<string, Follower>();
  const signal = terminal.interrupted?.();
  terminal.note("Following. Ctrl-C ends it.");
  let newsAt = Date.now();
  const round = async (): Promise<void> => {
    const ids = one === undefined ? await tryAgain(async () => await allIds(access), signal) : [one];
    // A webhook that is deleted takes its open batches along: nothing more is heard of them.
    for (const id of followers.keys()) if (!ids.includes(id)) followers.delete(id);
    for (const id of ids) {
      const follower = followers.get(id) ?? followBatches(access, { webhookId: id, since, ...(signal && { signal }) });
      followers.set(id, follower);
      const found = one === undefined ? await unlessGone(follower.next()) : await follower.next();
      // Deleted after it was listed.
      if (found === undefined) followers.delete(id);
      for (const news of found ?? []) {
        newsAt = Date.now();
        print(terminal, news, failed);
      }
    }
  };
  for (;;) {
    try {
      await round();
    } catch (error) {
      if (signal?.aborted === true) return exitCodes.done;
      throw error;
    }
    const hasOpen = [...followers.values()].some((follower) => follower.hasOpen());
    if (idleMs !== undefined && !hasOpen && Date.now() - newsAt >= idleMs) return exitCodes.done;
    if (await pauseBetween(roundMs, signal)) return exitCodes.done;
  }
};

const allIds = async (access: ApiAccess): Promise<readonly string[]> =>
  (await callApi(access, { method: "GET", path: "/webhooks", answer: webhooksAnswer })).map(({ id }) => id);

const print = (terminal: CommandTerminal, { batch, attempts, hasEnded }: BatchNews, isFailedOnly: boolean): void => {
  const { attempts: _, ...row } = batch;
  for (const attempt of attempts) {
    if (isFailedOnly && attempt.outcome === "delivered") continue;
    if (terminal.json) printJsonLine(terminal, { ...row, attempt });
    else terminal.out(attemptLine(batch, attempt, terminal));
  }
  const end = hasEnded ? endLine(batch, terminal.paint) : undefined;
  if (end === undefined || (isFailedOnly && batch.state !== "expired")) return;
  if (terminal.json) printJsonLine(terminal, row);
  else terminal.out(end);
};
