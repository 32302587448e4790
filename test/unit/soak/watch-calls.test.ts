import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { createLedger } from "../../soak/ledger.ts";
import { soakWebhooks } from "../../soak/population.ts";
import { watchCalls } from "../../soak/watch-calls.ts";

it("events of a part of a chain that was claimed and never POSTed are known, hostile ones between them or not", () => {
  const ledger = createLedger(soakWebhooks({ sockets: false }));
  const { answered } = watchCalls(ledger);
  const events = [10, undefined, 11, 12].map((n) => ({ msys: { message_event: { type: "click", n } } }));
  const gzip = gzipSync(JSON.stringify(events)).toString("base64");
  const chain = { batchId: crypto.randomUUID(), webhookId: "w", firstSequenceNumber: "1" };
  const call = (operation: string, body: object) =>
    ({ service: "sqs", operation, path: "/", body: Buffer.from(JSON.stringify(body)), worker: undefined }) as const;
  const done = { status: 200, body: Buffer.from("{}") };
  const send = { MessageBody: JSON.stringify({ ...chain, body: { kind: "inline", gzip } }) };
  answered(call("SendMessage", send), "1/1", done);
  const part = crypto.randomUUID();
  const stretch = { M: { firstSequenceNumber: { S: "1" }, first: { N: "1" }, next: { N: "3" } } };
  const claim = { Key: { pk: { S: "w" }, sk: { S: `t#${part}` } }, ExpressionAttributeValues: { ":stretch": stretch } };
  answered(call("UpdateItem", claim), "1/1", done);
  expect(ledger.batchOf(part).numbers).toEqual([11]);
});
