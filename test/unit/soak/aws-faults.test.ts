import { expect, test } from "vitest";
import { halved } from "../../soak/aws-faults.ts";
import type { AwsCall } from "../../soak/aws-call.ts";

const call = (operation: string, body: unknown): AwsCall => ({
  service: "kinesis",
  operation,
  path: "/",
  body: Buffer.from(JSON.stringify(body)),
  worker: undefined,
});
const json = (body: Buffer | undefined): unknown => JSON.parse(body?.toString() ?? "null");

test("half of the records are refused, each at its place in the answer", () => {
  const part = halved(call("PutRecords", { StreamName: "s", Records: ["a", "b", "c"] }));
  expect(json(part?.body)).toEqual({ StreamName: "s", Records: ["a", "c"] });
  const answer = { FailedRecordCount: 0, Records: [{ SequenceNumber: "1" }, { SequenceNumber: "2" }] };
  expect(json(part?.complete(Buffer.from(JSON.stringify(answer))))).toEqual({
    FailedRecordCount: 1,
    Records: [{ SequenceNumber: "1" }, expect.objectContaining({ ErrorMessage: "soak" }), { SequenceNumber: "2" }],
  });
});

test("half of the messages are refused by their ids", () => {
  const part = halved(call("SendMessageBatch", { Entries: [{ Id: "0" }, { Id: "1" }] }));
  expect(json(part?.body)).toEqual({ Entries: [{ Id: "0" }] });
  expect(json(part?.complete(Buffer.from('{"Successful":[{"Id":"0"}]}')))).toMatchObject({
    Successful: [{ Id: "0" }],
    Failed: [{ Id: "1", SenderFault: false }],
  });
});

test("a call that cannot be taken in part stays whole", () => {
  expect(halved(call("PutRecords", { Records: ["a"] }))).toBeUndefined();
  expect(halved(call("UpdateItem", {}))).toBeUndefined();
});
