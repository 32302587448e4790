import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { PublishCommand } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { preparedPython } from "../../tools/deploy-emulator.ts";
import { type OpenTidepost, openTidepost } from "../support/open-tidepost.ts";
import { freePort } from "../support/tidepost.ts";
import { everyDocument, mail } from "../unit/ses/documents.ts";

// Programs that left SparkPost for Amazon SES keep the code that reads SparkPost's webhooks. This is a widely used one.

type Parsed = Readonly<Record<string, unknown>>;

let tidepost: OpenTidepost;
let django: ChildProcess;
const parsed: Parsed[] = [];
const errors: string[] = [];

beforeAll(async () => {
  const port = await freePort();
  django = spawn(preparedPython(), ["examples/python/django_receiver.py", String(port)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ready = Promise.withResolvers<void>();
  if (django.stdout === null || django.stderr === null) throw new Error("no output");
  createInterface({ input: django.stdout }).on("line", (line) => {
    if (line === "ready") ready.resolve();
    else parsed.push(JSON.parse(line) as Parsed);
  });
  django.stderr.on("data", (chunk: Buffer) => void errors.push(chunk.toString()));
  await ready.promise;
  tidepost = await openTidepost({ key: "local-key", settings: { sesEvents: "true" } });
  const body = {
    name: "anymail",
    target: `http://127.0.0.1:${port}/anymail/sparkpost/tracking/`,
    events_mode: "all",
    auth_type: "basic",
    auth_credentials: { username: "ann", password: "s3cret" },
  };
  const { status, text } = await tidepost.call("POST", "/v1/webhooks", { body });
  expect({ status, text }).toMatchObject({ status: 200 });
});
afterAll(async () => {
  await tidepost?.stop();
  django.kill();
  await once(django, "exit");
});

/** What anymail must make of each document. */
const expected: Readonly<Record<keyof typeof everyDocument, Parsed>> = {
  send: { event_type: "queued", timestamp: "2026-03-02T09:14:55+00:00" },
  delivery: { event_type: "delivered", timestamp: "2026-03-02T09:14:57+00:00" },
  bounce: {
    event_type: "bounced",
    reject_reason: "invalid",
    mta_response: "smtp; 550 5.1.1 <Ann@Example.org>: user unknown",
  },
  outOfBand: { event_type: "bounced", reject_reason: "invalid" },
  suppressed: { event_type: "rejected", reject_reason: "blocked" },
  complaint: { event_type: "complained", timestamp: "2026-03-05T18:40:01+00:00" },
  reject: { event_type: "rejected", reject_reason: "other", mta_response: "Bad content" },
  open: { event_type: "opened", user_agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)" },
  click: { event_type: "clicked", click_url: "https://acme.example/spring?utm_source=mail" },
  renderingFailure: {
    event_type: "failed",
    mta_response: "Attribute 'firstName' is not present in the rendering data.",
  },
  deliveryDelay: { event_type: "deferred", reject_reason: "bounced", mta_response: "smtp; 452 4.2.2 Mailbox full" },
  listUnsubscribe: { event_type: "unsubscribed", timestamp: "2026-03-03T07:00:14+00:00" },
  linkUnsubscribe: { event_type: "unsubscribed" },
};

it("django-anymail's SparkPost view parses what every document of Amazon SES becomes", async () => {
  const { customer_id: _, ...tags } = mail()["tags"] as Readonly<Record<string, unknown>>;
  const [TopicArn] = Object.values(tidepost.created.topics);
  for (const [name, document] of Object.entries(everyDocument)) {
    const message = { ...(document["mail"] as object), messageId: name, tags };
    const Message = JSON.stringify({ ...document, mail: message });
    await tidepost.clients.sns.send(new PublishCommand({ TopicArn, Message }));
  }
  const names = Object.keys(expected);
  await vi.waitFor(() => expect(parsed).toHaveLength(names.length), { timeout: 240_000, interval: 200 });
  expect(errors.join("")).toBe("");
  for (const name of names) {
    expect(parsed.find(({ message_id: id }) => id === name)).toMatchObject({
      esp_name: "SparkPost",
      event_id: expect.stringMatching(/^\d+$/),
      recipient: "Ann@Example.org",
      tags: ["spring-sale"],
      metadata: { order: "A-17" },
      timestamp: expect.any(String),
      ...expected[name],
    });
  }
});
