import { expect, it } from "vitest";
import type { Attempt } from "#shared/contract/api/batch.ts";
import { groupAttempts, groupVerdict } from "../../../console/pages/webhook/batch/attempt-groups.ts";
import { remedyAction } from "../../../console/pages/webhook/batch/remedy-action.ts";

const attempt = (n: number, fields: Partial<Attempt> = {}): Attempt => ({
  n,
  started_at: new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString(),
  outcome: "failed",
  status: 503,
  reason: "http_5xx",
  latency_ms: 10 + n,
  timings: { total_ms: 10 + n },
  ...fields,
});

it("attempts that ended the same way one after another are folded, and no other", () => {
  const attempts = [
    attempt(1),
    attempt(2),
    attempt(3, { response_excerpt: "no database" }),
    attempt(4),
    attempt(5, { outcome: "delivered", status: 200 }),
  ];
  const groups = groupAttempts(attempts);
  expect(groups.map((group) => group.map(({ n }) => n))).toEqual([[1, 2], [3], [4], [5]]);
  expect(groups.flat()).toEqual(attempts);
  expect(groups.map(groupVerdict)).toEqual([
    "Attempts 1 to 2: 503 in 11 ms to 12 ms, 2 times",
    "Attempt 3: 503 in 13 ms",
    "Attempt 4: 503 in 14 ms",
    "Attempt 5: 200 in 15 ms",
  ]);
});

it("folded attempts without an answer say so", () => {
  const { status: _, ...unanswered } = attempt(1, {
    reason: "response_timeout",
    error_code: "ETIMEDOUT",
    latency_ms: 6_100,
  });
  expect(groupAttempts([unanswered, { ...unanswered, n: 2 }]).map(groupVerdict)).toEqual([
    "Attempts 1 to 2: no answer after 6.1 s (ETIMEDOUT), 2 times",
  ]);
});

it("what was sent again after the delivery is told apart from it", () => {
  const delivered = { outcome: "delivered", status: 200 } as const;
  const again = { ...delivered, again: true };
  const attempts = [attempt(1, delivered), attempt(2, again), attempt(3, again)];
  expect(groupAttempts(attempts).map(groupVerdict)).toEqual([
    "Attempt 1: 200 in 11 ms",
    "Attempts 2 to 3, sent again: 200 in 12 ms to 13 ms, 2 times",
  ]);
});

const webhook = { target: "https://example.com/hook", batch_size: 10_000, max_batch_bytes: 10_485_760 };
const batch = { events: 900, bytes: 614_400 };
const redirect = (location?: string) =>
  remedyAction(
    { reason: "http_3xx", ...(location === undefined ? {} : { response_headers: { location } }) },
    batch,
    webhook,
  );

it("a redirect's address can be taken as target, when it is one that can be called", () => {
  expect(redirect("https://www.example.com/hook/")).toEqual({
    label: "Use the redirect's address as Target",
    change: { target: "https://www.example.com/hook/" },
  });
  expect(redirect("/new")?.change).toEqual({ target: "https://example.com/new" });
  for (const none of [
    undefined,
    "/hook",
    "javascript:alert(1)",
    "ftp://example.com/",
    "https://user@example.com/",
    "http://[",
  ]) {
    expect(redirect(none)).toBeUndefined();
  }
});

it("batches that are too large can be made smaller, by the form's own labels", () => {
  expect(remedyAction({ reason: "response_timeout" }, batch, webhook)).toEqual({
    label: "Set “Maximum events in a batch” to 450",
    change: { batchSize: "450" },
  });
  expect(remedyAction({ reason: "http_413" }, batch, webhook)).toEqual({
    label: "Set “Largest body in KB” to 300",
    change: { maxBatchKilobytes: "300" },
  });
});

it("no change is offered that was made already, or that mends nothing", () => {
  expect(remedyAction({ reason: "response_timeout" }, batch, { ...webhook, batch_size: 450 })).toBeUndefined();
  expect(remedyAction({ reason: "upload_timeout" }, { events: 1, bytes: 90 }, webhook)).toBeUndefined();
  expect(remedyAction({ reason: "http_5xx" }, batch, webhook)).toBeUndefined();
});
