import { PutRecordsCommand, SplitShardCommand, ListShardsCommand } from "@aws-sdk/client-kinesis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { packRecords } from "#shared/events/pack-records.ts";
import { signingSecretOf } from "#shared/webhooks/settings.ts";
import { type Aws, startAws } from "../../support/aws.ts";
import { eventTexts } from "../../support/builders.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { verifySignature } from "../../../receiver/verify-signature.ts";
import { type RunningCli, runCli } from "./run-cli.ts";

const waitMs = 60_000;

let aws: Aws;
let receiver: Receiver;
let running: RunningCli | undefined;
/** Customer of the test at hand. */
let customer: string;
beforeAll(async () => {
  aws = await startAws();
  const { credentials, endpoint } = aws.clients.kinesis.config;
  const { accessKeyId, secretAccessKey } = await credentials();
  const { hostname, port } = (await endpoint?.()) ?? {};
  vi.stubEnv("AWS_ENDPOINT_URL_KINESIS", `http://${hostname}:${port}`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", secretAccessKey);
  vi.stubEnv("AWS_REGION", "us-east-1");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.stop();
});
beforeEach(async () => {
  customer = crypto.randomUUID();
  receiver = await startReceiver();
});
afterEach(async () => {
  running?.interrupt();
  if (running !== undefined) expect(await running.exitCode).toBe(0);
  running = undefined;
  await receiver.close();
});

const event = (n: number, type = "click"): string =>
  JSON.stringify({ msys: { track_event: { type, n, owner: customer } } });
const put = async (events: readonly string[], owner = customer): Promise<void> => {
  const { client, streamName: StreamName } = aws.stream;
  const records = packRecords(owner, eventTexts(events));
  const Records = records.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey }));
  await client.send(new PutRecordsCommand({ StreamName, Records }));
};

/** Listens until the test ends. */
const listen = async (...args: readonly string[]): Promise<RunningCli> => {
  const started = runCli(["listen", "--stream", aws.stream.streamName, "--window", "1s", "--since", "10m", ...args]);
  running = started;
  // With --json it says nothing; it begins with what came before it anyway.
  if (!args.includes("--json")) {
    await vi.waitFor(() => expect(started.error.join("\n")).toContain("Listening to"), { timeout: waitMs });
  }
  return started;
};
const forwarding = async (...args: readonly string[]): Promise<RunningCli> =>
  await listen("--forward-to", `${receiver.url}/hook`, "--customer", customer, ...args);

const received = (): readonly number[] =>
  receiver.requests.flatMap(({ body }) =>
    (JSON.parse(body.toString()) as { msys: { track_event: { n: number } } }[]).map(({ msys }) => msys.track_event.n),
  );

it("forwards events in batches as webhooks get them, and tells of each attempt", async () => {
  const { out } = await forwarding();
  await put([event(1), event(2, "open"), event(3)]);
  await vi.waitFor(() => expect(received()).toEqual([1, 2, 3]), { timeout: waitMs });
  const [request] = receiver.requests;
  expect(request?.body.toString()).toBe(`[${event(1)},${event(2, "open")},${event(3)}]`);
  expect(request?.headers).toMatchObject({
    "content-type": "application/json",
    "user-agent": expect.stringMatching(/^Tidepost\//),
    "x-messagesystems-batch-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  await vi.waitFor(() => expect(out).toHaveLength(1), { timeout: waitMs });
  expect(out[0]).toMatch(
    /^\d\d:\d\d:\d\dZ {2}[0-9a-f]{8} {2}3 events {2}click 2 · open 1 {2}✔ 200 in [\d.]+ m?s {2}attempt 1$/,
  );
});

it("takes the events that are asked for", async () => {
  await forwarding("--type", "open");
  await put([event(1), event(2, "open")]);
  await put([event(3, "open")], crypto.randomUUID());
  await put([event(4, "open")]);
  await vi.waitFor(() => expect(received().toSorted((a, b) => a - b)).toEqual([2, 4]), { timeout: waitMs });
});

it("gives a batch the same id whenever it is formed, as the batch function does", async () => {
  await put([event(1), event(2)]);
  await forwarding();
  await vi.waitFor(() => expect(receiver.requests).toHaveLength(1), { timeout: waitMs });
  running?.interrupt();
  expect(await running?.exitCode).toBe(0);
  await forwarding();
  await vi.waitFor(() => expect(receiver.requests).toHaveLength(2), { timeout: waitMs });
  const [first, second] = receiver.requests;
  expect(second?.headers["x-messagesystems-batch-id"]).toBe(first?.headers["x-messagesystems-batch-id"]);
  expect(second?.body).toEqual(first?.body);
});

it("signs with a secret of its own that it prints, when it is given none", async () => {
  const { error } = await forwarding();
  const secret = /Signing with (whsec_\S+), made for this run\./.exec(error.join("\n"))?.[1] ?? "";
  await put([event(1)]);
  await vi.waitFor(() => expect(receiver.requests).toHaveLength(1), { timeout: waitMs });
  const [request] = receiver.requests;
  expect(verifySignature(request?.body ?? "", request?.headers ?? {}, secret)).toBe(true);
});

it("sends the token and signs", async () => {
  const secret = signingSecretOf(Buffer.alloc(32, 7));
  vi.stubEnv("TOKEN", "a-token");
  vi.stubEnv("SECRET", secret);
  await forwarding("--token", "env:TOKEN", "--secret", "env:SECRET");
  await put([event(1)]);
  await vi.waitFor(() => expect(receiver.requests).toHaveLength(1), { timeout: waitMs });
  const [request] = receiver.requests;
  expect(request?.headers["x-messagesystems-webhook-token"]).toBe("a-token");
  expect(verifySignature(request?.body ?? "", request?.headers ?? {}, secret)).toBe(true);
  expect(verifySignature(request?.body ?? "", request?.headers ?? {}, signingSecretOf(Buffer.alloc(32, 8)))).toBe(
    false,
  );
});

it("waits for a receiver that is down, and loses nothing meanwhile", async () => {
  receiver.respond("/hook", { kind: "sequence", steps: [answer(500), answer(200)] });
  receiver.resetConnections(true);
  const { out } = await forwarding();
  await put([event(1)]);
  await vi.waitFor(() => expect(out).toHaveLength(1), { timeout: waitMs });
  expect(out[0]).toMatch(/1 event {3}click 1 {2}✖ \w+ in [\d.]+ m?s {2}attempt 1 {2}again in 1 s$/);
  receiver.resetConnections(false);
  await put([event(2)]);
  await vi.waitFor(() => expect(received().at(-1)).toBe(2), { timeout: waitMs });
  expect(out.at(1)).toMatch(/✖ 500 in [\d.]+ m?s {2}attempt 2 {2}again in 2 s$/);
  const [first, second] = receiver.requests;
  expect(second?.headers["x-messagesystems-batch-id"]).toBe(first?.headers["x-messagesystems-batch-id"]);
  expect(received()).toEqual([1, 1, 2]);
});

it("gives a batch up after its attempts, and goes on", async () => {
  receiver.respond("/hook", { kind: "sequence", steps: [answer(500), answer(200)] });
  const { out } = await forwarding("--attempts", "1", "--json");
  await put([event(1)]);
  await vi.waitFor(() => expect(out).toHaveLength(2), { timeout: waitMs });
  expect(JSON.parse(out[0] ?? "")).toEqual({ signing_secret: expect.stringMatching(/^whsec_/) });
  expect(JSON.parse(out[1] ?? "")).toMatchObject({ events: 1, attempt: 1, outcome: "failed", status: 500 });
  await put([event(2)]);
  await vi.waitFor(() => expect(out).toHaveLength(3), { timeout: waitMs });
  expect(JSON.parse(out[2] ?? "")).toMatchObject({ attempt: 1, outcome: "delivered", event_types: { click: 1 } });
});

it("makes batches of the size that is asked for", async () => {
  await forwarding("--batch-size", "2");
  await put([1, 2, 3, 4, 5].map((n) => event(n)));
  await vi.waitFor(() => expect(received()).toEqual([1, 2, 3, 4, 5]), { timeout: waitMs });
  expect(receiver.requests.map(({ body }) => JSON.parse(body.toString()).length)).toEqual([2, 2, 1]);
});

it("prints events instead, one a line", async () => {
  const { out } = await listen("--print", "--customer", customer);
  await put([event(1), event(2)]);
  await vi.waitFor(() => expect(out).toEqual([event(1), event(2)]), { timeout: waitMs });
});

it("reads shards that come into being meanwhile", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  try {
    const { out } = await listen("--print", "--customer", customer);
    await put([event(1)]);
    await vi.waitFor(() => expect(out).toHaveLength(1), { timeout: waitMs });
    const { client, streamName: StreamName } = aws.stream;
    const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName }));
    const { ShardId: ShardToSplit, HashKeyRange } = Shards[0] ?? {};
    const { StartingHashKey = "0", EndingHashKey = "0" } = HashKeyRange ?? {};
    const NewStartingHashKey = String((BigInt(StartingHashKey) + BigInt(EndingHashKey)) / 2n);
    await client.send(new SplitShardCommand({ StreamName, ShardToSplit, NewStartingHashKey }));
    await vi.waitFor(async () => {
      expect((await client.send(new ListShardsCommand({ StreamName }))).Shards).toHaveLength(4);
    }, waitMs);
    // The list is half a minute old then.
    vi.setSystemTime(Date.now() + 31_000);
    for (let n = 2; n < 12; n += 1) await put([event(n)]);
    const salted = packRecords(customer, eventTexts([event(12)]));
    for (const key of ["a", "b", "c", "d", "e", "f", "g", "h"]) {
      const Records = salted.map(({ data }) => ({ Data: data, PartitionKey: key }));
      await client.send(new PutRecordsCommand({ StreamName, Records }));
    }
    await vi.waitFor(() => expect(out.length).toBe(19), { timeout: waitMs });
  } finally {
    vi.useRealTimers();
  }
});

it.each([
  [[], "Where are the events to go?"],
  [["--print", "--forward-to", "http://127.0.0.1:1"], "Where are the events to go?"],
  [["--forward-to", "ftp://127.0.0.1"], "--forward-to must be an http or https URL"],
  [["--print", "--stack", "x"], "Which stream is to be read?"],
  [["--print", "--webhook", "x"], "Whose webhook is it?"],
  [["--print", "--type", "click,clik"], "--type has 'clik', which is not an event type"],
  [["--forward-to", "http://127.0.0.1:1", "--secret", "-"], "--secret is not a signing secret"],
])("%j is no way to listen", async (args, message) => {
  const { error, exitCode } = runCli(["listen", "--stream", "x", ...args], { input: "a-secret" });
  expect(await exitCode).toBe(2);
  expect(error.join("\n")).toContain(message);
});

it("takes no customer beside a key, which has one", async () => {
  const { error, exitCode } = runCli(["listen", "--print", "--customer", "17"]);
  expect(await exitCode).toBe(2);
  expect(error.join("\n")).toContain("--customer goes with --stack or --stream");
});
