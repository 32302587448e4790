import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { decodeCursor, encodeCursor } from "../../../lambdas/api/batches/read.ts";
import { RequestError } from "#shared/errors.ts";

const time = fc
  .date({ min: new Date("2020-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());

test.prop([fc.uuid(), fc.uuid(), time])("a cursor leads back to its place", (webhookId, batchId, createdAt) => {
  const cursor = encodeCursor(webhookId, { batchId, createdAt });
  expect(cursor).toMatch(/^[\w-]+$/);
  expect(decodeCursor(webhookId, cursor)).toEqual({ batchId, createdAt });
});

test.prop([fc.uuid(), fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: "binary" }))])(
  "any other text is refused as the caller's fault",
  (webhookId, cursor) => {
    expect(() => decodeCursor(webhookId, cursor)).toThrow(RequestError);
  },
);
