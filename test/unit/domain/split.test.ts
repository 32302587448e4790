import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { type Outcome, shouldSplit, splitBody } from "../../../lambdas/deliver/outcome.ts";

const batchId = "1cc94ef0-ab17-41e4-b135-0ff9de159aa7";

test.prop([fc.array(fc.jsonValue(), { minLength: 2, maxLength: 30 })])(
  "two halves hold every event once, in order, and doing it again gives the same",
  (values) => {
    const body = Buffer.from(`[${values.map((value) => JSON.stringify(value)).join(",")}]`);
    const parts = splitBody(batchId, body);
    const whole = parts.map((part) => part.body.toString().slice(1, -1)).join(",");
    expect(`[${whole}]`).toBe(body.toString());
    expect(parts.map(({ events }) => events)).toEqual([Math.ceil(values.length / 2), Math.floor(values.length / 2)]);
    expect(new Set([batchId, ...parts.map((part) => part.batchId)]).size).toBe(3);
    expect(splitBody(batchId, body)).toEqual(parts);
  },
);

it.each<[string, Outcome, object, boolean]>([
  ["413", { kind: "failed", reason: "http_413", status: 413 }, {}, true],
  ["413 of a single event", { kind: "failed", reason: "http_413", status: 413 }, { events: 1 }, false],
  ["another error", { kind: "failed", reason: "http_4xx", status: 400 }, {}, false],
  ["a delivery", { kind: "delivered", status: 200 }, {}, false],
  ["a first time-out", { kind: "failed", reason: "response_timeout" }, { attempt: 1 }, false],
  ["a second time-out", { kind: "failed", reason: "response_timeout" }, {}, true],
  ["a second slow upload", { kind: "failed", reason: "upload_timeout" }, {}, true],
  ["a second time-out of a small batch", { kind: "failed", reason: "response_timeout" }, { bytes: 60_000 }, false],
])("after %s", (_, outcome, message, expected) => {
  expect(shouldSplit({ outcome, message: { events: 10, bytes: 100_000, attempt: 2, ...message } })).toBe(expected);
});
