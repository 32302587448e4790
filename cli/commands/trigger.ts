import { randomBytes } from "node:crypto";
import { type EventSample, samplesAnswer } from "#shared/contract/api/event.ts";
import { filterTestAnswer } from "#shared/contract/api/filter-test.ts";
import { ingestAnswer } from "#shared/contract/api/ingest.ts";
import { type Webhook, webhooksAnswer } from "#shared/contract/api/webhook.ts";
import { type Command, Option } from "commander";
import { counted } from "#shared/text/numbers.ts";
import { timeUntil, utcClock } from "#shared/text/times.ts";
import { jsonOf } from "#shared/text/json.ts";
import { plain } from "#shared/text/plain.ts";
import { type AccessOptions, addAccessOptions, readAccess } from "../settings.ts";
import { type ApiAccess, callApi, callApiPage } from "../api.ts";
import { attemptLine } from "../text.ts";
import { CliError, type ExitCode, exitCodes } from "../errors.ts";
import { type BatchNews, type Follower, followBatches, unlessGone } from "../batches.ts";
import { duration, pairs, wholeNumber } from "../options.ts";
import { type CommandTerminal, type RunCommand, pauseBetween } from "../terminal.ts";
import { printJson } from "../output.ts";

const roundMs = 500;
const maxEvents = 10_000;
/** The window of a deployed stack, and time to deliver. */
const defaultTimeoutMs = 60_000;

interface TriggerOptions extends AccessOptions {
  readonly count: number;
  readonly set?: Readonly<Record<string, string>>;
  readonly wait: boolean;
  readonly timeout: number;
}

/** Adds `tidepost trigger TYPE`. */
export const addTrigger = (program: Command, run: RunCommand): void => {
  const command = program
    .command("trigger")
    .summary("send sample events, and wait for their batch")
    .description(
      "Sends events of a type, made from the API's sample of it, and waits until each active webhook that takes them has got a " +
        "batch with such an event. Ends with 1 when that does not happen in time.",
    )
    .argument("<type>", "event type, such as click")
    .addOption(
      new Option("-n, --count <events>", "how many events")
        .argParser(wholeNumber({ from: 1, to: maxEvents }))
        .default(1),
    )
    .addOption(
      new Option("--set <field=value>", "field of the events, may come several times; JSON, or text").argParser(pairs),
    )
    .option("--no-wait", "end when the events are accepted")
    .addOption(
      new Option("--timeout <duration>", "how long to wait").argParser(duration).default(defaultTimeoutMs, "60s"),
    );
  addAccessOptions(command).action(async (type: string) => {
    await run(command, async (terminal) => await trigger({ command, type, terminal }));
  });
};

const trigger = async (input: {
  readonly command: Command;
  readonly type: string;
  readonly terminal: CommandTerminal;
}): Promise<ExitCode> => {
  const { command, type, terminal } = input;
  const { count, set = {}, wait, timeout } = command.opts<TriggerOptions>();
  const access = await readAccess(command, terminal);
  const { answer: samples, servedAt } = await callApiPage(access, {
    method: "GET",
    path: "/webhooks/events/samples",
    query: { events: type },
    answer: samplesAnswer,
  });
  const [sample] = samples.results;
  if (sample === undefined) throw new CliError(exitCodes.failed, { message: `There is no sample of '${type}'` });
  const events = Array.from({ length: count }, () => eventFrom(sample, set));
  // They differ in their ids alone.
  const [first] = events;
  const { receivers, leftOut } =
    wait && first !== undefined ? await webhooksFor(access, type, first.event) : { receivers: [], leftOut: [] };
  const sentAt = new Date(servedAt).toISOString();
  const followers = new Map(receivers.map(({ id }) => [id, followBatches(access, { webhookId: id, since: sentAt })]));
  // What is there already is not the batch that is waited for.
  for (const follower of followers.values()) await follower.next();
  const { accepted, id } = await callApi(access, {
    method: "POST",
    path: "/ingest/events",
    body: JSON.stringify(events.map(({ event }) => event)),
    answer: ingestAnswer,
  });
  const ids = events.map(({ eventId }) => eventId);
  const document = { id, accepted, event_ids: ids };
  if (!terminal.json) {
    terminal.out(`${terminal.paint("green", "✔")} accepted ${counted(accepted, `${plain(type)} event`)}`);
    for (const eventId of ids) terminal.out(`  ${eventId}`);
  }
  if (!wait) {
    if (terminal.json) printJson(terminal, { ...document, batches: [] });
    return exitCodes.done;
  }
  const until = Date.now() + timeout;
  if (leftOut.length > 0) terminal.note(leftOutText(leftOut));
  tellExpectation(terminal, receivers, until);
  const batches = await awaitBatches({ followers, type, sentAt, until, terminal }).catch((error: unknown) => {
    // The events are accepted, whatever becomes known of their batches.
    if (terminal.json) printJson(terminal, { ...document, batches: [] });
    throw error;
  });
  if (terminal.json) printJson(terminal, { ...document, batches });
  const missing = receivers.filter(({ id: webhookId }) => !batches.some((batch) => batch.webhook_id === webhookId));
  if (receivers.length > 0 && missing.length === 0) return exitCodes.done;
  throw new CliError(exitCodes.failed, {
    message:
      receivers.length === 0
        ? `No active webhook takes ${leftOut.length === 0 ? `${type} events` : "such an event"}`
        : `Not delivered in time to ${missing.map(({ name }) => plain(name)).join(", ")}`,
    ...(receivers.length > 0 || leftOut.length === 0 ? {} : { description: leftOutText(leftOut) }),
    fix:
      receivers.length === 0
        ? "tidepost list shows the webhooks; tidepost create adds one."
        : "tidepost tail shows the attempts; --timeout 120s waits longer.",
    code: "not_delivered",
  });
};

/** An event like the sample, with an id and a time of its own. */
const eventFrom = (sample: EventSample, set: Readonly<Record<string, string>>) => {
  // Event ids are decimal numbers of up to 64 bits.
  const eventId = String(randomBytes(8).readBigUInt64BE() >> 1n);
  const own = { event_id: eventId, timestamp: String(Math.floor(Date.now() / 1_000)) };
  const wanted = Object.fromEntries(Object.entries(set).map(([name, text]) => [name, jsonOrText(text)]));
  const msys = Object.entries(sample.msys).map(([name, fields]) => [name, { ...fields, ...own, ...wanted }]);
  const shown = wanted["event_id"] === undefined ? eventId : (set["event_id"] ?? eventId);
  return { eventId: shown, event: { msys: Object.fromEntries(msys) as EventSample["msys"] } };
};

const jsonOrText = (text: string): unknown => {
  const value = jsonOf(text);
  return value === undefined ? text : value;
};

/** The active webhooks of a type: those that take an event, and those whose sub-accounts or filter leave it out. */
const webhooksFor = async (access: ApiAccess, type: string, event: EventSample) => {
  const all = await callApi(access, { method: "GET", path: "/webhooks", answer: webhooksAnswer });
  const receivers: Webhook[] = [];
  const leftOut: Webhook[] = [];
  for (const webhook of all) {
    const { active, events, events_mode: mode } = webhook;
    if (!active || (mode !== "all" && !events.some((key) => key === type))) continue;
    const takesIt = takesSubaccount(webhook, event) && (await takesContent(access, webhook, event));
    (takesIt ? receivers : leftOut).push(webhook);
  }
  return { receivers, leftOut };
};

/** An event without a sub-account is that of the primary account, 0. */
const takesSubaccount = (
  { subaccount_id: only, exception_subaccounts: exceptions = [] }: Webhook,
  event: EventSample,
) => {
  const [fields] = Object.values(event.msys);
  const { subaccount_id: value = 0 } = fields ?? {};
  const own = (typeof value === "string" && value !== "") || typeof value === "number" ? String(value) : "0";
  return only === undefined ? !exceptions.includes(own) : String(only) === own;
};

const takesContent = async (access: ApiAccess, { filter }: Webhook, event: EventSample): Promise<boolean> => {
  if (filter === null) return true;
  const body = JSON.stringify({ filter, events: [event] });
  const path = "/webhooks/filter-test";
  return (await callApi(access, { method: "POST", path, body, answer: filterTestAnswer })).matched > 0;
};

const leftOutText = (leftOut: readonly Webhook[]): string =>
  `Its filter or sub-accounts leave such an event out: ${leftOut.map(({ name }) => plain(name)).join(", ")}.`;

const tellExpectation = (terminal: CommandTerminal, receivers: readonly Webhook[], until: number): void => {
  if (receivers.length === 0) return;
  terminal.note(
    `Waiting until ${utcClock(new Date(until).toISOString())} for a batch to ${receivers.map(({ name }) => plain(name)).join(", ")}.`,
  );
  for (const { name, active_at: liveAt } of receivers) {
    if (Date.parse(liveAt) <= Date.now()) continue;
    terminal.note(
      `! ${plain(name)} has just changed: it may miss events until it is live, ${timeUntil(liveAt, Date.now())}.`,
    );
  }
};

/** The first delivered batch of each webhook that was closed after the events were sent and has such an event. */
const awaitBatches = async (input: {
  readonly followers: ReadonlyMap<string, Follower>;
  readonly type: string;
  readonly sentAt: string;
  readonly until: number;
  readonly terminal: CommandTerminal;
}): Promise<readonly BatchNews["batch"][]> => {
  const { followers, type, sentAt, until, terminal } = input;
  const signal = terminal.interrupted?.();
  const waiting = new Map(followers);
  const delivered: BatchNews["batch"][] = [];
  while (waiting.size > 0 && Date.now() < until) {
    for (const [id, follower] of waiting) {
      const found = await unlessGone(follower.next());
      if (found === undefined) waiting.delete(id);
      const news = (found ?? []).filter(({ batch }) => hasSuch(batch, { type, sentAt }));
      for (const { batch, attempts } of news) {
        if (!terminal.json) for (const attempt of attempts) terminal.out(attemptLine(batch, attempt, terminal));
        if (batch.state !== "delivered") continue;
        delivered.push(batch);
        waiting.delete(id);
      }
    }
    if (waiting.size > 0 && (await pauseBetween(roundMs, signal))) break;
  }
  return delivered;
};

const hasSuch = (
  { event_types: types, closed_at: closedAt }: BatchNews["batch"],
  { type, sentAt }: { readonly type: string; readonly sentAt: string },
): boolean => (types === undefined || types[type] !== undefined) && (closedAt === undefined || closedAt >= sentAt);
