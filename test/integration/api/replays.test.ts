import { describe, expect, it } from "vitest";
import { useApi } from "./use-api.ts";

const api = useApi();
const { call, create } = api;

const lastMinute = (): { from: string; to: string } => {
  const now = Date.now();
  return { from: new Date(now - 60_000).toISOString(), to: new Date(now).toISOString() };
};

describe("POST /webhooks/{id}/replay", () => {
  it("starts a replay, which can be read and is listed first", async () => {
    const id = await create();
    const range = lastMinute();
    const { status, json } = await call("POST", `/${id}/replay`, { body: { ...range, rate: 7, dry_run: true } });
    expect(status).toBe(200);
    expect(json.results).toMatchObject({
      ...range,
      webhook_id: id,
      state: "running",
      rate: 7,
      dry_run: true,
      progress: 0,
    });
    const replayId = json.results.id;
    expect((await call("GET", `/${id}/replays/${replayId}`)).json.results).toMatchObject({
      id: replayId,
      batches_sent: 0,
    });
    await call("POST", `/${id}/replays/${replayId}/cancel`);
    const second = await call("POST", `/${id}/replay`, { body: range });
    const listed = await call("GET", `/${id}/replays`);
    expect(listed.json.results).toMatchObject([{ id: second.json.results.id }, { id: replayId }]);
  });

  it("shows whom it is limited to masked to a key that may not change webhooks", async () => {
    const id = await create();
    const limits = { recipient: "ann@example.com", message_id: "<ann@example.com>" };
    const { json } = await call("POST", `/${id}/replay`, { body: { ...lastMinute(), ...limits } });
    expect(json.results).toMatchObject(limits);
    const { key } = await api.api.issueKey({ customerId: api.customerId, grants: ["webhooks/view"] });
    const one = await call("GET", `/${id}/replays/${json.results.id}`, { key });
    expect(one.json.results).toMatchObject({ recipient: "a***@example.com", message_id: "<a***@example.com>" });
    expect((await call("GET", `/${id}/replays`, { key })).json.results).toEqual([one.json.results]);
    expect((await call("GET", `/${id}/replays`)).json.results).toMatchObject([limits]);
  });

  it("refuses a second one while the first is running, also at the same moment", async () => {
    const id = await create();
    const both = await Promise.all([1, 2].map(() => call("POST", `/${id}/replay`, { body: lastMinute() })));
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const third = await call("POST", `/${id}/replay`, { body: lastMinute() });
    expect(third.json.errors[0]).toMatchObject({ message: "The webhook has a running replay", code: "1602" });
    expect((await call("GET", `/${id}/replays`)).json.results).toHaveLength(1);
  });

  it("refuses to send to a paused webhook, but counts for it", async () => {
    const id = await create({ active: false });
    expect((await call("POST", `/${id}/replay`, { body: lastMinute() })).status).toBe(409);
    const dry = await call("POST", `/${id}/replay`, { body: { ...lastMinute(), dry_run: true } });
    expect(dry.status).toBe(200);
  });

  it("names each wrong field and stores nothing", async () => {
    const id = await create();
    const { status, json } = await call("POST", `/${id}/replay`, { body: { from: "then", to: "now", rate: 500 } });
    expect(status).toBe(422);
    expect(json.errors).toHaveLength(3);
    expect((await call("GET", `/${id}/replays`)).json).toEqual({ results: [] });
  });

  it("recovers batches of any time, named or described", async () => {
    const id = await create();
    const batchId = crypto.randomUUID();
    const wanted = { only: "expired", batch_id: batchId, types: ["bounce"], recipient: "ann@example.com" };
    const { status, json } = await call("POST", `/${id}/replay`, { body: { ...wanted, dry_run: true } });
    expect(status).toBe(200);
    const recovery = { batch_ids: [], unknown: 0, past_retention: 0 };
    expect(json.results).toMatchObject({ ...wanted, state: "running", shards: [], recovery });
    expect(Date.parse(json.results.to) - Date.parse(json.results.from)).toBeGreaterThanOrEqual(24 * 3_600_000);
    expect((await call("GET", `/${id}/replays`)).json.results[0]).toMatchObject({ ...wanted, recovery });
  });

  it.each([
    ["a batch without saying what is recovered", { batch_id: crypto.randomUUID() }, "batch_id"],
    ["a recipient among batches that wait", { only: "undelivered", recipient: "ann@example.com" }, "only"],
    ["a message among batches that wait", { only: "failed", message_id: "m-1" }, "only"],
    ["what nobody knows", { only: "delivered" }, "only"],
    ["types that there are not", { only: "expired", types: ["opened"] }, "types"],
    ["no types", { only: "expired", types: [] }, "types"],
    ["an empty recipient", { recipient: "" }, "recipient"],
    ["a message id of white space", { message_id: " " }, "message_id"],
    ["a message id that is no text", { message_id: 7 }, "message_id"],
    [
      "times the wrong way round",
      { only: "expired", from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" },
      "from",
    ],
    ["a batch id that is none", { only: "expired", batch_id: "x" }, "batch_id"],
  ])("refuses %s, and stores nothing", async (_, fields, field) => {
    const id = await create();
    const { status, json } = await call("POST", `/${id}/replay`, { body: { ...lastMinute(), ...fields } });
    expect(status).toBe(422);
    expect(JSON.stringify(json.errors)).toContain(field);
    expect((await call("GET", `/${id}/replays`)).json).toEqual({ results: [] });
  });

  it("needs the grant to change webhooks", async () => {
    const id = await create();
    const { key } = await api.api.issueKey({ customerId: api.customerId, grants: ["webhooks/view"] });
    expect((await call("POST", `/${id}/replay`, { key, body: lastMinute() })).status).toBe(403);
    expect((await call("GET", `/${id}/replays`, { key })).status).toBe(200);
  });
});

describe("POST /webhooks/{id}/replays/{replay_id}/cancel", () => {
  it("cancels once, and makes room for another replay", async () => {
    const id = await create();
    const { json } = await call("POST", `/${id}/replay`, { body: lastMinute() });
    const path = `/${id}/replays/${json.results.id}/cancel`;
    const first = await call("POST", path);
    expect(first.json.results).toMatchObject({ state: "cancelled", ended_at: expect.any(String) });
    const again = await call("POST", path);
    expect(again).toEqual(first);
    expect((await call("POST", `/${id}/replay`, { body: lastMinute() })).status).toBe(200);
  });

  it("does not know another webhook's replay", async () => {
    const [one, other] = [await create(), await create()];
    const { json } = await call("POST", `/${one}/replay`, { body: lastMinute() });
    expect((await call("POST", `/${other}/replays/${json.results.id}/cancel`)).status).toBe(404);
    expect((await call("GET", `/${one}/replays/${json.results.id}`)).json.results.state).toBe("running");
  });
});
