import { ListObjectsV2Command, GetObjectCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import { ListStreamsCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { splitEvents } from "#shared/events/split.ts";
import { samples } from "#shared/events/catalogue/samples.ts";
import { createClients } from "../../emulator/services/clients.ts";
import { anyName, bodyWith, nameOf, type Step } from "../integration/hostile/fields.ts";
import { pairsOf, sampleTitle } from "../support/hostile-cases.ts";
import { hasHalfPair, hostileValues, type HostileValue } from "../support/hostile-values.ts";
import { joinTidepost } from "../support/join-tidepost.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { answer } from "../support/receiver-behaviour.ts";
import type { Tidepost } from "../support/tidepost.ts";

let tidepost: Tidepost;
let receiver: Receiver;
let customerId: string;
const clients = createClients(inject("sharedSystem").endpoints);
beforeAll(async () => {
  [tidepost, receiver] = await Promise.all([joinTidepost(), startReceiver()]);
  customerId = (await tidepost.call("GET", "/whoami")).json.results.customer_id;
  receiver.respond("/failing", answer(200));
  for (const name of ["all", "failing"]) {
    const body = { name, target: `${receiver.url}/${name}`, events_mode: "all" };
    expect((await tidepost.call("POST", "/webhooks", { body })).status).toBe(200);
  }
  receiver.respond("/failing", answer(500));
});
afterAll(async () => {
  clients.destroy();
  await tidepost.stop();
  await receiver.close();
});

/** Names the event: what is sent is found again by it. */
const marker = "hostile_n";

interface Place {
  readonly sample: unknown;
  readonly path: readonly Step[];
}

/** Every field of every event in the catalogue, once, and the places of its envelope. */
const places: readonly Place[] = (() => {
  const found = new Map<string, Place>();
  for (const sample of samples()) {
    const [[eventClass, fields] = ["", {}]] = Object.entries(sample.msys);
    const paths: readonly (readonly Step[])[] = [
      [anyName],
      ["msys"],
      ["msys", anyName],
      ["msys", eventClass],
      ["msys", eventClass, anyName],
      ...Object.keys(fields).map((name) => ["msys", eventClass, name]),
    ];
    for (const path of paths) {
      const own = path.length === 3 ? `field ${String(path[2])}` : nameOf(path);
      if (!found.has(own)) found.set(own, { sample, path });
    }
  }
  return [...found.values()];
})();

interface Line {
  readonly n: number;
  readonly name: string;
  readonly text: string;
  /** Whether whose event it is does not follow from the line. */
  readonly isAnybodys: boolean;
}

let next = 0;
const goodLine = (): Line => {
  const n = next++;
  const fields = { type: "delivery", customer_id: customerId, [marker]: n };
  return { n, name: "a neighbour", text: JSON.stringify({ msys: { message_event: fields } }), isAnybodys: false };
};

const hostileLine = ([{ sample, path }, { name, json }]: readonly [Place, HostileValue]): Line => {
  const n = next++;
  const { msys } = sample as { readonly msys: Readonly<Record<string, object>> };
  const [[eventClass, fields] = ["", {}]] = Object.entries(msys);
  const marked = { msys: { [eventClass]: { ...fields, customer_id: customerId, [marker]: n } } };
  // What takes the place of the fields takes their customer and number, too.
  const text = bodyWith(path.length > 2 || path.at(-1) === anyName ? marked : { ...marked, [marker]: n }, path, json);
  return { n, name: `${nameOf(path)}: ${name}`, text, isAnybodys: path.at(-1) === "customer_id" };
};

/** Lines in groups of hostile ones between good ones; no more than an answer lists. */
const groupsOf = (size: number): readonly (readonly Line[])[] => {
  const cases = pairsOf(places, hostileValues).filter(
    ([{ path }, { text }]) => path.at(-1) !== anyName || text !== undefined,
  );
  const groups = Array.from({ length: Math.ceil(cases.length / size) }, (_, n) =>
    cases.slice(n * size, (n + 1) * size),
  );
  return groups.map((group) => [goodLine(), ...group.map(hostileLine), goodLine()]);
};

/** Texts of events by their number, out of what has come or was put aside. */
const byNumber = (texts: readonly Buffer[]): ReadonlyMap<number, string> =>
  new Map(
    texts.flatMap((text) =>
      (splitEvents(text) ?? []).map((span) => {
        const event = text.toString("utf8", span.start, span.end);
        return [Number(new RegExp(`"${marker}":(\\d+)`).exec(event)?.[1]), event] as const;
      }),
    ),
  );

const bodies = (path: string): readonly Buffer[] =>
  receiver.requests.filter((request) => request.path === path && request.state !== "receiving").map(({ body }) => body);

/** What must hold for every body that is delivered: any parser takes it. */
const bodyProblem = (body: Buffer): string | undefined => {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    return hasHalfPair(value) ? "a body has half a surrogate pair" : undefined;
  } catch (error) {
    return `a body is not taken by parsers: ${String(error)}`;
  }
};

const quarantined = async (): Promise<ReadonlyMap<number, string>> => {
  const { Buckets = [] } = await clients.s3.send(new ListBucketsCommand({}));
  const texts: Buffer[] = [];
  for (const { Name: Bucket } of Buckets) {
    const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix: "quarantine/" }));
    for (const { Key } of Contents) {
      const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
      const { pieces } = JSON.parse((await Body?.transformToString()) ?? "{}") as {
        readonly pieces: { data: string }[];
      };
      texts.push(...pieces.map(({ data }) => Buffer.from(data, "base64")));
    }
  }
  return byNumber(texts);
};

/** Waits for lines to be delivered; tells what came other than it was sent. */
const expectDelivered = async (lines: readonly Line[]): Promise<void> => {
  const missing = (): readonly Line[] => {
    const came = byNumber(bodies("/all"));
    return lines.filter(({ n }) => !came.has(n));
  };
  await expect.poll(() => missing().map(({ name }) => name), { timeout: 240_000, interval: 500 }).toEqual([]);
  const came = byNumber(bodies("/all"));
  expect(lines.filter(({ n, text }) => came.get(n) !== text).map(({ name }) => name)).toEqual([]);
};

describe(`hostile values in every field of an event (${sampleTitle})`, () => {
  it("are refused line by line by ingest, or delivered byte for byte", async () => {
    const problems: string[] = [];
    const accepted: Line[] = [];
    for (const lines of groupsOf(60)) {
      const body = gzipSync(lines.map(({ text }) => text).join("\n"));
      const { status, json, text } = await tidepost.call("POST", "/ingest/events", { body });
      if (status !== 200 || hasHalfPair(json)) throw new Error(`${status} ${text.slice(0, 500)}`);
      const errors: readonly { readonly line: number; readonly message: string }[] = json.results.errors ?? [];
      const refused = new Set(errors.map(({ line }) => line));
      for (const { message, line } of errors) {
        if (message.length > 1_000) problems.push(`${lines[line - 1]?.name}: an error of ${message.length} characters`);
      }
      accepted.push(...lines.filter((_, index) => !refused.has(index + 1)));
    }
    await expectDelivered(accepted.filter(({ text }) => !text.includes('"msys":{}')));
    expect(problems).toEqual([]);
  });

  it("are delivered from the stream, or put aside, and cost no neighbour", async () => {
    const [StreamName] = (await clients.kinesis.send(new ListStreamsCommand({}))).StreamNames ?? [];
    const encode = [
      (lines: readonly Line[]) => Buffer.from(lines.map(({ text }) => text).join("\n")),
      (lines: readonly Line[]) => Buffer.from(`[${lines.map(({ text }) => text).join(",")}]`),
      (lines: readonly Line[]) => gzipSync(lines.map(({ text }) => text).join("\n")),
      (lines: readonly Line[]) => zstdCompressSync(lines.map(({ text }) => text).join("\n")),
    ];
    const lines: Line[] = [];
    for (const [turn, group] of groupsOf(4).entries()) {
      const Data = encode[turn % encode.length]?.(group) ?? Buffer.alloc(0);
      await clients.kinesis.send(
        new PutRecordsCommand({ StreamName, Records: [{ Data, PartitionKey: `${customerId}${turn}` }] }),
      );
      lines.push(...group);
    }
    await expectDelivered(lines.filter(({ name }) => name === "a neighbour"));
    const unknown = async (): Promise<readonly string[]> => {
      const [came, aside] = [byNumber(bodies("/all")), await quarantined()];
      const isKnown = ({ n, text }: Line): boolean => [came.get(n), aside.get(n)].includes(text);
      return lines.filter((line) => !line.isAnybodys && !isKnown(line)).map(({ name }) => name);
    };
    await expect.poll(unknown, { timeout: 300_000, interval: 1_000 }).toEqual([]);
  });

  it("come in bodies that every parser takes, and are shown", async () => {
    expect(
      [...bodies("/all"), ...bodies("/failing")].map(bodyProblem).filter((problem) => problem !== undefined),
    ).toEqual([]);
    const { json: webhooks } = await tidepost.call("GET", "/webhooks");
    const registered: readonly { readonly id: string; readonly name: string }[] = webhooks.results;
    const id = registered.find(({ name }) => name === "failing")?.id;
    const { json: listed } = await tidepost.call("GET", `/webhooks/${id}/batches`);
    let shown = 0;
    const batches: readonly { readonly batch_id: string; readonly body_available: boolean }[] = listed.results;
    for (const { batch_id: batchId } of batches.filter((batch) => batch.body_available).slice(0, 5)) {
      const { status, json } = await tidepost.call("GET", `/webhooks/${id}/batches/${batchId}/body?limit=1000`);
      // It may be split meanwhile, or be attempted.
      if (status === 409 || status === 404) continue;
      expect([status, hasHalfPair(json)]).toEqual([200, false]);
      shown += json.results.length;
    }
    expect(shown).toBeGreaterThan(0);
    const from = new Date(Date.now() - 600_000).toISOString();
    const polled = await tidepost.call("GET", `/events/stream?wait=0&from=${from}`);
    expect([polled.status, hasHalfPair(polled.json)]).toEqual([200, false]);
  });
});
