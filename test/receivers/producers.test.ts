import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type OpenTidepost, openTidepost } from "../support/open-tidepost.ts";
import { readBlocks } from "../support/guides/read-page.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";

const projectRoot = resolve(import.meta.dirname, "../..");
const key = "local-key";

interface Program {
  readonly file: string;
  readonly command: readonly [string, ...string[]];
  readonly version: readonly [string, ...string[]];
}

/** The programs of docs/producers.md that send to the API. */
const programs: readonly Program[] = [
  { file: "producer.mjs", command: [process.execPath, "producer.mjs"], version: [process.execPath, "--version"] },
  { file: "producer.py", command: ["python3", "producer.py"], version: ["python3", "--version"] },
  { file: "producer.go", command: ["go", "run", "producer.go"], version: ["go", "version"] },
  { file: "Producer.java", command: ["java", "Producer.java"], version: ["java", "-version"] },
];

let receiver: Receiver;
let tidepost: OpenTidepost;
let folder: string;
/** Stands before the API; what comes here is answered by the next fault, or by the API. */
let proxy: Server;
let url: string;
let faults: ((lines: readonly string[]) => Promise<Response | undefined>)[];
let requests: number[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "producers-"));
  spawnSync("npm", ["run", "--silent", "build:producer"], { cwd: projectRoot, stdio: "inherit" });
  // The package as `npm install` leaves it, beside those that the program for the stream needs.
  const installed = join(folder, "node_modules/tidepost-producer");
  await cp(join(projectRoot, "dist/packages/tidepost-producer"), installed, { recursive: true });
  for (const name of ["@aws-sdk", "@smithy"]) {
    await symlink(join(projectRoot, "node_modules", name), join(folder, "node_modules", name));
  }
  for (const { marks, text: code } of readBlocks(await readFile("docs/producers.md", "utf8"))) {
    if (marks["file"] !== undefined) await writeFile(join(folder, marks["file"]), code);
  }
  receiver = await startReceiver();
  tidepost = await openTidepost({ key });
  const body = { name: "producers", target: `${receiver.url}/hook`, events_mode: "all" };
  expect((await tidepost.call("POST", "/v1/webhooks", { body })).status).toBe(200);

  proxy = createServer((request, response) => {
    void (async () => {
      const sent = await buffer(request);
      const lines = gunzipSync(sent).toString().trimEnd().split("\n");
      requests.push(lines.length);
      const { authorization = "" } = request.headers;
      const headers = { authorization, "content-encoding": "gzip" };
      const answer =
        (await faults.shift()?.(lines)) ??
        (await fetch(`${tidepost.apiUrl}/v1/ingest/events`, { method: "POST", headers, body: Buffer.from(sent) }));
      const retryAfter = answer.headers.get("retry-after");
      response
        .writeHead(answer.status, retryAfter === null ? {} : { "retry-after": retryAfter })
        .end(await answer.text());
    })();
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/api/v1`;
});
beforeEach(() => {
  faults = [];
  requests = [];
});
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await tidepost.stop();
  await receiver.close();
  await rm(folder, { recursive: true });
});

const run = async ([command, ...args]: readonly [string, ...string[]], env: Readonly<Record<string, string>>) => {
  const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...env } });
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { out, error, code: code as number };
};

/** Ids of the events that have been delivered since a moment. */
const deliveredSince = (requestCount: number): readonly string[] =>
  receiver.requests
    .slice(requestCount)
    .flatMap(({ body }) => JSON.parse(body.toString() || "[]") as { msys: Record<string, { event_id: string }> }[])
    .flatMap(({ msys }) => Object.values(msys).map(({ event_id: id }) => id))
    .toSorted();

const untilDelivered = async (requestCount: number, ids: readonly string[]): Promise<void> => {
  await vi.waitFor(() => expect(deliveredSince(requestCount)).toEqual(ids), { timeout: 240_000, interval: 100 });
};
const all = ["order-1", "order-2", "order-3"];

// A laptop need not have all languages; where the count matters all are there.
const languages = programs.map((program) => {
  const [command, ...args] = program.version;
  return { ...program, canRun: spawnSync(command, args).status === 0 };
});

describe.each(languages)("$file", ({ command, canRun }) => {
  describe.skipIf(!canRun && process.env["CI"] !== "true")("of docs/producers.md", () => {
    const produce = async (apiKey = key) => await run(command, { TIDEPOST_URL: url, TIDEPOST_API_KEY: apiKey });

    it("sends its events to the API", async () => {
      const before = receiver.requests.length;
      expect(await produce()).toMatchObject({ out: "sent\n", code: 0 });
      await untilDelivered(before, all);
      expect(requests).toEqual([3]);
    });

    it("sends again what the stream has not taken, and what had no answer", async () => {
      const before = receiver.requests.length;
      faults = [
        async () => await Promise.resolve(new Response('{"message":"Internal server error"}', { status: 502 })),
        async ([, second = ""]) => {
          await tidepost.ingest([second]);
          const ingest = { accepted: 1, not_accepted_lines: [1, 3] };
          const body = JSON.stringify({ errors: [{ message: "The event stream is not available", ingest }] });
          return new Response(body, { status: 503, headers: { "retry-after": "1" } });
        },
      ];
      expect(await produce()).toMatchObject({ out: "sent\n", code: 0 });
      await untilDelivered(before, all);
      expect(requests).toEqual([3, 3, 2]);
    });

    it("tells of events that are refused", async () => {
      const results = { id: "x", accepted: 2, rejected: 1, errors: [{ line: 2, message: "not good" }] };
      faults = [async () => await Promise.resolve(new Response(JSON.stringify({ results })))];
      const { out, error, code } = await produce();
      expect(code).toBe(0);
      expect(out + error).toMatch(/refused: .*not good/);
      expect(requests).toEqual([3]);
    });
  });
});

it("put-records.mjs of docs/producers.md puts its events on the stream", async () => {
  const before = receiver.requests.length;
  const [stream] = Object.values(tidepost.created.streams);
  const env = {
    STREAM_NAME: stream?.name ?? "",
    AWS_ENDPOINT_URL_KINESIS: tidepost.endpoints.kinesis,
    AWS_ACCESS_KEY_ID: tidepost.endpoints.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: tidepost.endpoints.credentials.secretAccessKey,
    AWS_REGION: "us-east-1",
  };
  expect(await run([process.execPath, "put-records.mjs"], env)).toMatchObject({ out: "sent\n", code: 0 });
  await untilDelivered(before, all);
});
