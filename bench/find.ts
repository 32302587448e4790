/**
 * How long it takes to find an event, and whether what is found is right. Events are ingested at full speed for five webhooks, one
 * of which has a target that refuses everything. Ten of them, taken at random, are then searched by recipient, by message id and
 * by event id in the whole time range, and ten that never were; one search after the other, in the local system, from the request
 * until the search has finished. The range ends with the last event and has settled before: a search that reaches up to now waits
 * for records that are late, which says nothing of its work. The receiver has noted which batches carried the ten: the run fails when a search names others,
 * or a wrong state. Processor time is that of the whole local system.
 */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { EventSearch } from "#shared/contract/api/search.ts";
import { arrivalSlackMs } from "../lambdas/replay/collect.ts";
import { startTidepost, type TidepostProcess } from "../test/support/tidepost.ts";
import type { Benchmark } from "./support/benchmark.ts";
import { count } from "./support/events.ts";

const usualEvents = 200_000;
const perRequest = 5_000;
const healthy = 4;
const wantedEvents = 10;
const pollMs = 100;
/** Of `/proc`: ticks of a second. */
const ticks = 100;

interface Wanted {
  readonly eventId: string;
  readonly messageId: string;
  readonly recipient: string;
  /** Batches that carried it, by path of the webhook. */
  readonly batches: Map<string, Set<string>>;
}

const eventOf = (n: number): Omit<Wanted, "batches"> => ({
  eventId: `event-${n}-e`,
  messageId: `message-${n}-m`,
  recipient: `reader-${n}@example.com`,
});

const textOf = (n: number): string => {
  const { eventId, messageId, recipient } = eventOf(n);
  const type = n % 4 === 0 ? "bounce" : "delivery";
  const more = {
    campaign_id: "spring",
    subject: "Our newest offers",
    ip_address: "127.0.0.1",
    timestamp: "1767323045",
  };
  const fields = { type, event_id: eventId, message_id: messageId, rcpt_to: recipient, ...more };
  return JSON.stringify({ msys: { message_event: fields } });
};

export const find: Benchmark = {
  method:
    `${count(usualEvents)} for five webhooks, of which one fails. Ten random events are searched by recipient, message id and event ` +
    "id, and ten that never were; each search is checked against what the receiver got.",
  run: async (report, { events = usualEvents }) => {
    const wanted = Array.from({ length: wantedEvents }, (): Wanted => {
      const n = Math.floor(Math.random() * events);
      return { ...eventOf(n), batches: new Map() };
    });
    const receiver = await startReceiver(wanted);
    const system = await startTidepost(["--window", "1"]);
    try {
      const webhooks = new Map<string, string>();
      for (let n = 0; n <= healthy; n += 1) {
        const path = n === healthy ? "/failing" : `/${n}`;
        const body = { name: path, target: `${receiver.url}${path}`, events: ["delivery", "bounce"] };
        const { status, text } = await system.call("POST", "/webhooks", { body });
        if (status !== 200) throw new Error(`the webhook was not created: ${text}`);
        const { results } = JSON.parse(text) as { readonly results: { readonly id: string } };
        webhooks.set(results.id, path);
      }
      receiver.fail();
      const from = new Date().toISOString();
      for (let first = 0; first < events; first += perRequest) {
        const length = Math.min(perRequest, events - first);
        await system.ingest(Array.from({ length }, (_, n) => textOf(first + n)));
      }
      // Exclusive.
      const to = new Date(Date.now() + 1).toISOString();
      report.progress("ingested; waiting until the healthy targets have everything");
      while (receiver.taken() < healthy * events) await delay(500);
      // What a batch's record says of its end is written behind the answer, and the stream settles.
      await delay(Math.max(2_000, Date.parse(to) + arrivalSlackMs - Date.now()));
      for (const [by, criteriaOf] of Object.entries(kinds)) {
        const found = await searchAll(
          system,
          wanted.map((event) => ({ ...criteriaOf(event), from, to })),
        );
        for (const [index, search] of found.searches.entries()) requireRight(search, wanted[index], webhooks);
        const size = `${count(events)}, ${wantedEvents} searches by ${by}, all right`;
        report.figure({ name: `search by ${by}`, size, unit: "ms", runs: found.durationsMs });
        report.figure({
          name: `processor time of a search by ${by}`,
          size,
          unit: "ms",
          runs: [found.cpuMs / wantedEvents],
        });
      }
      const absent = wanted.map((_, n) => ({ id: `never-${n}`, from, to }));
      const found = await searchAll(system, absent);
      for (const { matches, read_from: readFrom } of found.searches) {
        if (matches.length > 0 || readFrom === undefined) throw new Error("an event was found that never was");
      }
      const size = `${count(events)}, ${wantedEvents} searches, all empty and read whole`;
      report.figure({ name: "search for what never was", size, unit: "ms", runs: found.durationsMs });
    } finally {
      await system.stop();
      await receiver.close();
    }
  },
};

const kinds: Readonly<Record<string, (event: Wanted) => object>> = {
  recipient: ({ recipient }) => ({ recipient: recipient.toUpperCase() }),
  "message id": ({ messageId }) => ({ message_id: messageId }),
  "event id": ({ eventId }) => ({ event_id: eventId }),
};

const searchOf = ({ text, status }: { readonly text: string; readonly status: number }): EventSearch => {
  if (status !== 200) throw new Error(`a search was answered ${status}: ${text}`);
  return (JSON.parse(text) as { readonly results: EventSearch }).results;
};

const searchAll = async (system: TidepostProcess, bodies: readonly object[]) => {
  const searches: EventSearch[] = [];
  const durationsMs: number[] = [];
  const before = await cpuMsOf(system.pid);
  for (const body of bodies) {
    const startedAt = performance.now();
    let search = searchOf(await system.call("POST", "/events/search", { body }));
    while (search.state === "running") {
      await delay(pollMs);
      search = searchOf(await system.call("GET", `/events/search/${search.id}`));
    }
    durationsMs.push(performance.now() - startedAt);
    searches.push(search);
  }
  return { searches, durationsMs, cpuMs: (await cpuMsOf(system.pid)) - before };
};

const requireRight = (search: EventSearch, event: Wanted | undefined, webhooks: ReadonlyMap<string, string>): void => {
  const [match] = search.matches;
  if (event === undefined || search.matches.length !== 1 || match?.event_id !== event.eventId) {
    throw new Error(`not the event that was searched: ${JSON.stringify(search).slice(0, 2_000)}`);
  }
  if (match.webhooks.length !== webhooks.size) throw new Error("not all webhooks are named");
  for (const { webhook_id: id, exact, batches, missing } of match.webhooks) {
    const path = webhooks.get(id) ?? "";
    const carried = [...(event.batches.get(path) ?? [])];
    const told = batches.map(({ batch_id: batchId }) => batchId);
    const states = new Set(batches.map(({ state }) => state));
    const isFailing = path === "/failing";
    const isUnsent = isFailing && carried.length === 0;
    const isRight =
      exact &&
      (isUnsent ? told.length === 1 || missing === "no_batch_yet" : String(told) === String(carried)) &&
      states.has("delivered") !== isFailing;
    if (!isRight)
      throw new Error(
        `${event.eventId} went to ${path} in ${carried.join()}, and the search says ${JSON.stringify(match)}`,
      );
  }
};

/** A receiver that notes which batches carried the wanted events. */
const startReceiver = async (wanted: readonly Wanted[]) => {
  let taken = 0;
  let fails = false;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const path = request.url ?? "";
      for (const { eventId, batches } of wanted) {
        if (!body.includes(`"${eventId}"`)) continue;
        const carried = batches.get(path) ?? new Set();
        batches.set(path, carried.add(String(request.headers["x-messagesystems-batch-id"])));
      }
      const isFailing = fails && path === "/failing";
      if (!isFailing && path !== "/failing") taken += body.toString("latin1").split('"event_id"').length - 1;
      response.writeHead(isFailing ? 503 : 200).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    taken: () => taken,
    fail: () => {
      fails = true;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};

/** Processor time that a process has used, milliseconds. */
const cpuMsOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number);
  return ((user + system) * 1_000) / ticks;
};
