import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { PublishCommand } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type OpenTidepost, openTidepost } from "../support/open-tidepost.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { everyDocument, mail, messageId, send } from "../unit/ses/documents.ts";

const key = "local-key";
const waitMs = 240_000;

let receiver: Receiver;
let tidepost: OpenTidepost;
/** Invocations of `ses` that die at work: after what they do has taken effect, or before. */
let deaths: ("after" | "before")[] = [];

beforeAll(async () => {
  receiver = await startReceiver();
  tidepost = await openTidepost({
    key,
    settings: { sesEvents: "true", sesCustomer: "1" },
    change: ({ Resources }) => {
      for (const [id, { Properties, Type }] of Object.entries(Resources)) {
        // A message whose invocation died comes back in two seconds instead of three minutes, and none waits for others.
        if (id.startsWith("SesDocuments") && Type === "AWS::SQS::Queue") Properties["VisibilityTimeout"] = 2;
        if (id.startsWith("Ses") && Type === "AWS::Lambda::EventSourceMapping") {
          Properties["MaximumBatchingWindowInSeconds"] = 0;
        }
      }
    },
    wrapFunction: (pool) =>
      pool.definition.logicalId.startsWith("Ses")
        ? {
            ...pool,
            invoke: async (event) => {
              const death = deaths.shift();
              const requestId = crypto.randomUUID();
              if (death !== "before") {
                const result = await pool.invoke(event);
                if (death === undefined) return result;
              }
              const error = { errorType: "Runtime.ExitError", errorMessage: "killed" };
              return { kind: "failed", requestId, error } as const;
            },
          }
        : pool,
  });
  const body = { name: "ses", target: `${receiver.url}/hook`, events_mode: "all" };
  expect((await tidepost.call("POST", "/v1/webhooks", { body })).status).toBe(200);
});
beforeEach(() => {
  deaths = [];
});
afterAll(async () => {
  await tidepost.stop();
  await receiver.close();
});

const publish = async (...messages: readonly unknown[]): Promise<void> => {
  const [TopicArn] = Object.values(tidepost.created.topics);
  for (const message of messages) {
    const Message = typeof message === "string" ? message : JSON.stringify(message);
    await tidepost.clients.sns.send(new PublishCommand({ TopicArn, Message }));
  }
};

type Fields = Readonly<Record<string, unknown>>;

/** Fields of the events of a message that have been delivered; SQS may repeat a document, and with it its event. */
const delivered = (id: string): readonly Fields[] => {
  const events = receiver.requests
    .flatMap(
      ({ body }) =>
        JSON.parse(body.toString() || "[]") as readonly { readonly msys: Readonly<Record<string, Fields>> }[],
    )
    .flatMap(({ msys }) => Object.values(msys))
    .filter((fields) => fields["message_id"] === id);
  return [...new Map(events.map((fields) => [JSON.stringify(fields), fields])).values()];
};

/** The test's customer is the default one, whom the tags do not name. */
const untagged = (id: string): Fields => {
  const { customer_id: _, ...tags } = mail()["tags"] as Fields;
  return { messageId: id, tags };
};

describe("documents of Amazon SES that are published on the topic", () => {
  it("reach the webhooks as events of their types", async () => {
    const documents = Object.values(everyDocument).map(({ mail: message, ...rest }) => ({
      ...rest,
      mail: { ...(message as Fields), ...untagged(messageId) },
    }));
    await publish("Successfully validated SNS topic for Amazon SES event publishing.", ...documents);
    await vi.waitFor(() => expect(delivered(messageId)).toHaveLength(documents.length), {
      timeout: waitMs,
      interval: 100,
    });
    expect(
      delivered(messageId)
        .map(({ type }) => String(type))
        .toSorted(),
    ).toEqual([
      "bounce",
      "click",
      "delay",
      "delivery",
      "generation_failure",
      "injection",
      "link_unsubscribe",
      "list_unsubscribe",
      "open",
      "out_of_band",
      "policy_rejection",
      "policy_rejection",
      "spam_complaint",
    ]);
    expect(await tidepost.listKeys("quarantine/")).toEqual([]);
  });

  it.each(["before", "after"] as const)(
    "survive functions that are killed %s they have put events on the stream",
    async (moment) => {
      const ids = Array.from({ length: 30 }, (_, n) => `killed-${moment}-${n}`);
      deaths = [moment, moment, moment];
      await publish(...ids.map((id) => send(untagged(id))));
      await vi.waitFor(() => expect(ids.filter((id) => delivered(id).length === 0)).toEqual([]), {
        timeout: waitMs,
        interval: 200,
      });
      for (const id of ids) expect(new Set(delivered(id).map((fields) => fields["event_id"])).size).toBe(1);
    },
  );

  it("go on when one of them is poison, which is put aside", async () => {
    await publish(send(untagged("healthy-1")), '{"eventType":"Teleported"}', send(untagged("healthy-2")));
    await vi.waitFor(() => expect([...delivered("healthy-1"), ...delivered("healthy-2")]).toHaveLength(2), {
      timeout: waitMs,
      interval: 100,
    });
    await vi.waitFor(async () => expect(await tidepost.listKeys("quarantine/")).toHaveLength(1), { timeout: waitMs });
    // Longer than a message that was not acknowledged stays hidden.
    await delay(3_000);
    expect(delivered("healthy-1")).toHaveLength(1);
    expect(await tidepost.listKeys("quarantine/")).toHaveLength(1);
  });
});

describe("documents that are POSTed", () => {
  const post = async (id: string, headers: Readonly<Record<string, string>>): Promise<Response> =>
    await fetch(`${tidepost.apiUrl}/v1/ingest/ses`, {
      method: "POST",
      headers,
      body: JSON.stringify(send(untagged(id))),
    });

  it.each([
    ["Authorization", { Authorization: key }],
    ["a URL's user name, as SNS sends it", { Authorization: `Basic ${btoa(`${key}:`)}` }],
    ["a webhook's token", { "X-MessageSystems-Webhook-Token": key }],
    ["Firehose's access key", { "X-Amz-Firehose-Access-Key": key, "X-Amz-Firehose-Request-Id": "7" }],
  ])("with the key in %s reach the webhooks", async (_, headers) => {
    const id = crypto.randomUUID();
    expect((await post(id, headers)).status).toBe(200);
    await vi.waitFor(() => expect(delivered(id)).toHaveLength(1), { timeout: waitMs, interval: 100 });
  });

  it("without a key are asked for one, which SNS waits for", async () => {
    const answer = await post("nobody", {});
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe('Basic realm="tidepost"');
    expect((await post("nobody", { "X-Amz-Firehose-Access-Key": "wrong" })).status).toBe(401);
    // A browser would open a dialog for it over the page of somebody who has no key.
    const portal = await fetch(`${tidepost.apiUrl}/v1/portal/webhooks`);
    expect([portal.status, portal.headers.get("www-authenticate")]).toEqual([401, null]);
  });
});

describe("tidepost gen --as ses", () => {
  const gen = async (args: readonly string[]) => {
    const env = {
      PATH: process.env["PATH"],
      TIDEPOST_URL: `${tidepost.apiUrl}/v1`,
      TIDEPOST_API_KEY: key,
      AWS_ENDPOINT_URL_SNS: tidepost.endpoints.sns,
      AWS_ACCESS_KEY_ID: tidepost.endpoints.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: tidepost.endpoints.credentials.secretAccessKey,
      AWS_REGION: "us-east-1",
    };
    const child = spawn(process.execPath, ["cli/main.ts", "gen", "--as", "ses", "--json", ...args], { env });
    const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    return { outcome: JSON.parse(out.trimEnd().split("\n").at(-1) || "{}"), error, code: code as number };
  };

  it.each([
    ["to the API", () => []],
    ["on the topic", () => ["--topic", Object.values(tidepost.created.topics)[0] ?? ""]],
  ])("sends documents %s, and accounts for the event of each", async (_, args) => {
    const { outcome, error, code } = await gen([
      "--rate",
      "200",
      "--for",
      "2s",
      "--mix",
      "steady",
      "--sink",
      ...args(),
    ]);
    expect({ error, code }).toEqual({ error: "", code: 0 });
    expect(outcome.sent).toBeGreaterThan(50);
    expect(outcome).toMatchObject({
      accepted: outcome.sent,
      delivered: outcome.sent,
      refused: 0,
      unanswered: 0,
      lost: 0,
    });
  });

  it("takes no topic for events", async () => {
    const { code, error } = await gen(["--as", "events", "--topic", "arn:aws:sns:us-east-1:000000000000:x"]);
    expect(code).toBe(2);
    expect(error).toContain("--topic goes with --as ses");
  });
});
