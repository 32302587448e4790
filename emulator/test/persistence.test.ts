import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { PutRecordsCommand, type PutRecordsCommandOutput } from "@aws-sdk/client-kinesis";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect, onTestFinished, test, vi } from "vitest";
import type { CreatedResources } from "../create-resources.ts";
import { createClients } from "../services/clients.ts";
import type { Endpoints } from "../services/service.ts";

/** Longest wait on a busy machine. */
const patienceMs = 60_000;

interface Directories {
  readonly data: string;
  readonly work: string;
}

const makeDirectories = async (): Promise<Directories> => {
  const root = await mkdtemp(join(tmpdir(), "emulator-data-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  return { data: join(root, "data"), work: join(root, "work") };
};

/** Starts a runtime in a process of its own; `kill` ends it as SIGKILL does, at whatever it is doing. */
const startProcess = async ({ data, work }: Directories) => {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("persistent-runtime.ts", import.meta.url)), data, work],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  onTestFinished(kill);
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const facts = JSON.parse(line) as { readonly endpoints: Endpoints; readonly created: CreatedResources };
  const clients = createClients(facts.endpoints);
  return {
    clients,
    kill: async () => {
      clients.destroy();
      await kill();
    },
    table: facts.created.tables["Table"],
    stream: facts.created.streams["Stream"]?.name,
    queueUrl: facts.created.queueUrls["Queue"],
    idleUrl: facts.created.queueUrls["Idle"],
    bucket: facts.created.buckets["Bucket"],
  };
};

type Running = Awaited<ReturnType<typeof startProcess>>;

const handled = ({ work }: Directories, file: "records.txt" | "messages.txt"): readonly string[] => {
  const path = join(work, file);
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
};

const putRecords = ({ clients, stream }: Running, texts: readonly string[]) =>
  clients.kinesis.send(
    new PutRecordsCommand({
      StreamName: stream,
      Records: texts.map((text) => ({ PartitionKey: text, Data: Buffer.from(text) })),
    }),
  );

/** Waits until the runtime has noted how far it has come in each shard: behind the last of these records. */
const untilNoted = async ({ data }: Directories, { Records = [] }: PutRecordsCommandOutput): Promise<void> => {
  const last = new Map(Records.map(({ ShardId, SequenceNumber }) => [ShardId, SequenceNumber]));
  await vi.waitFor(() => {
    const database = new DatabaseSync(join(data, "kinesis.db"), { readOnly: true });
    const rows = database.prepare("SELECT sequence_number AS at FROM checkpoints").all();
    database.close();
    expect(rows.map(({ at }) => at)).toEqual(expect.arrayContaining([...last.values()]));
  }, patienceMs);
};

const receiveAll = async ({ clients, idleUrl }: Running): Promise<readonly string[]> => {
  const command = new ReceiveMessageCommand({ QueueUrl: idleUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 });
  const { Messages = [] } = await clients.sqs.send(command);
  return Messages.map(({ Body = "" }) => Body).toSorted();
};

test("what was acknowledged before a SIGKILL is there at the next start", async () => {
  const directories = await makeDirectories();
  const first = await startProcess(directories);
  const body = Buffer.from("stored body");
  await first.clients.dynamodb.send(
    new PutItemCommand({ TableName: first.table, Item: { id: { S: "a" }, n: { N: "1" } } }),
  );
  await first.clients.s3.send(new PutObjectCommand({ Bucket: first.bucket, Key: "folder/object", Body: body }));
  await first.clients.sqs.send(new SendMessageCommand({ QueueUrl: first.idleUrl, MessageBody: "in flight" }));
  expect(await receiveAll(first)).toEqual(["in flight"]);
  await first.clients.sqs.send(new SendMessageCommand({ QueueUrl: first.idleUrl, MessageBody: "waiting" }));
  await first.clients.sqs.send(
    new SendMessageCommand({ QueueUrl: first.idleUrl, MessageBody: "late", DelaySeconds: 900 }),
  );
  const put = await putRecords(first, ["r1", "r2"]);
  await vi.waitFor(() => expect(handled(directories, "records.txt").toSorted()).toEqual(["r1", "r2"]), patienceMs);
  // Else the records may come again: at least once.
  await untilNoted(directories, put);
  await first.kill();

  const second = await startProcess(directories);
  const { Item } = await second.clients.dynamodb.send(
    new GetItemCommand({ TableName: second.table, Key: { id: { S: "a" } }, ConsistentRead: true }),
  );
  expect(Item).toEqual({ id: { S: "a" }, n: { N: "1" } });
  const { Body } = await second.clients.s3.send(new GetObjectCommand({ Bucket: second.bucket, Key: "folder/object" }));
  expect(await Body?.transformToString()).toBe("stored body");
  expect(await receiveAll(second)).toEqual(["in flight", "waiting"]);
  await putRecords(second, ["r3"]);
  await vi.waitFor(
    () => expect(handled(directories, "records.txt").toSorted()).toEqual(["r1", "r2", "r3"]),
    patienceMs,
  );
});

test("kills at different moments under load lose no record and no message", async () => {
  const directories = await makeDirectories();
  const records: string[] = [];
  const messages: string[] = [];
  let number = 0;

  const load = async (running: Running): Promise<void> => {
    for (;;) {
      const ids = Array.from({ length: 10 }, () => String((number += 1)));
      await putRecords(running, ids);
      records.push(...ids);
      const Entries = ids.map((id, index) => ({ Id: String(index), MessageBody: id }));
      const { Successful = [] } = await running.clients.sqs.send(
        new SendMessageBatchCommand({ QueueUrl: running.queueUrl, Entries }),
      );
      messages.push(...Successful.map(({ Id }) => ids[Number(Id)] ?? ""));
    }
  };

  const moments = [110, 260, 410, 560];
  for (const afterMs of moments) {
    const running = await startProcess(directories);
    const ended = load(running).catch(() => undefined);
    await sleep(afterMs);
    // A busy machine may have acknowledged nothing before the last of them.
    if (afterMs === moments.at(-1)) await vi.waitUntil(() => records.length > 0, { timeout: patienceMs });
    await running.kill();
    await ended;
  }

  expect(records.length).toBeGreaterThan(0);
  await startProcess(directories);
  const missing = (acknowledged: readonly string[], file: "records.txt" | "messages.txt") => {
    const seen = new Set(handled(directories, file));
    return acknowledged.filter((id) => !seen.has(id));
  };
  await vi.waitFor(() => expect(missing(records, "records.txt")).toEqual([]), patienceMs);
  await vi.waitFor(() => expect(missing(messages, "messages.txt")).toEqual([]), patienceMs);
});
