import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import type { Outcome } from "../../../lambdas/deliver/outcome.ts";
import { refusedAfter, shouldSplit, splitBody } from "../../../lambdas/deliver/split.ts";

const batchId = "1cc94ef0-ab17-41e4-b135-0ff9de159aa7";

const refused = (status: number): Outcome => ({
  kind: "failed",
  reason: status < 500 ? "http_4xx" : "http_5xx",
  status,
});
const half = (halvings: number, isOnPath: boolean) => ({ rootBatchId: batchId, halvings, isOnPath });

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
  ["a second reset", { kind: "failed", reason: "connection_reset" }, {}, true],
  ["a first reset", { kind: "failed", reason: "connection_reset" }, { attempt: 1 }, false],
  ["a third refusal with the same status", refused(422), { refused: { status: 422, times: 2 } }, true],
  ["a second one", refused(422), { refused: { status: 422, times: 1 } }, false],
  ["a refusal with another status", refused(500), { refused: { status: 422, times: 9 } }, false],
  ["a third refusal of a single event", refused(422), { events: 1, refused: { status: 422, times: 2 } }, false],
  ["a third refusal of one half", refused(500), { refused: { status: 500, times: 2 }, half: half(1, true) }, true],
  ["a third refusal of the other", refused(500), { refused: { status: 500, times: 2 }, half: half(1, false) }, false],
  ["413 of one of few parts", { kind: "failed", reason: "http_413", status: 413 }, { half: half(2, false) }, true],
  ["413 of one of eight parts", { kind: "failed", reason: "http_413", status: 413 }, { half: half(3, false) }, false],
])("after %s", (_, outcome, fields, expected) => {
  const message = { events: 10, bytes: 100_000, attempt: 2, ...fields };
  expect(shouldSplit({ outcome, message, hasPartGotThrough: false })).toBe(expected);
});

it("halves every part once some part has got through", () => {
  const message = { events: 2, bytes: 100, attempt: 3, refused: { status: 400, times: 2 }, half: half(9, false) };
  expect(shouldSplit({ outcome: refused(400), message, hasPartGotThrough: true })).toBe(true);
});

it.each([401, 403, 404, 407, 413, 429, 503, 302])("takes %i for no refusal of the events", (status) => {
  expect(refusedAfter(refused(status), { status, times: 5 })).toBeUndefined();
});
