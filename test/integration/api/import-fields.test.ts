import { describe, expect, it } from "vitest";
import { useApi } from "./use-api.ts";

const system = useApi();
const post = async (body: readonly object[], query: Readonly<Record<string, string>> = {}) =>
  await system.call("POST", "/import", { body, query });
const newTarget = (): string => `${system.receiver.url}/hook`;
const registered = async (): Promise<readonly unknown[]> => (await system.call("GET", "")).json.results;

describe("what an entry says beyond Momentum's fields", () => {
  const settings = {
    active: false,
    events_mode: "all",
    batch_size: 50,
    max_batch_bytes: 65_536,
    compression: "gzip",
    filter: { and: [{ field: "campaign_id", eq: "spring" }] },
    fields: { exclude: ["rcpt_meta.email"] },
    mask: ["rcpt_to"],
  };

  it("is taken: a webhook that was paused begins paused", async () => {
    const target = newTarget();
    const { results } = (await post([{ name: "w", target, ...settings }])).json;
    expect(results.plan).toMatchObject([{ action: "add", active: false, events_mode: "all", outcome: "applied" }]);
    const read = async () => (await registered())[0];
    expect(await read()).toMatchObject(settings);
    expect((await post([{ name: "w", target, ...settings }])).json.results.plan).toMatchObject([{ action: "same" }]);
    const { json } = await post([{ name: "w", target, events: ["open"], batch_size: 7, mask: [], fields: null }]);
    expect(json.results.plan).toMatchObject([
      {
        changes: [
          { field: "events_mode", from: "all", to: "selected" },
          { field: "events", added: ["open"], removed: [] },
          { field: "batch_size", from: "50", to: "7" },
          { field: "fields", from: '{"exclude":["rcpt_meta.email"]}', to: "null" },
          { field: "mask", from: '["rcpt_to"]', to: "[]" },
        ],
      },
    ]);
    expect(await read()).toMatchObject({
      ...settings,
      events_mode: "selected",
      events: ["open"],
      batch_size: 7,
      fields: null,
      mask: [],
    });
  });

  it("shows which events and fields a new webhook would get, of long rules the beginning", async () => {
    const many = { field: "campaign_id", in: Array.from({ length: 80 }, (_, n) => `campaign-${n}`) };
    const entry = { name: "w", target: newTarget(), ...settings };
    const plan = async (rules: object) => (await post([{ ...entry, ...rules }], { plan: "true" })).json.results.plan;
    expect(await plan({})).toMatchObject([
      {
        action: "add",
        filter: JSON.stringify(settings.filter),
        fields: '{"exclude":["rcpt_meta.email"]}',
        mask: '["rcpt_to"]',
      },
    ]);
    const [bare] = await plan({ filter: null, fields: null, mask: [] });
    for (const field of ["filter", "fields", "mask"]) expect(bare).not.toHaveProperty(field);
    const cut = `${JSON.stringify(many).slice(0, 500)}…`;
    expect(await plan({ filter: many })).toMatchObject([{ filter: cut }]);
    await post([entry]);
    expect(await plan({ filter: many })).toMatchObject([
      { action: "change", changes: [{ field: "filter", from: JSON.stringify(settings.filter), to: cut }] },
    ]);
  });

  it("is the same when neither it nor the webhook masks anything", async () => {
    const entry = { name: "w", target: newTarget(), events: ["open"], mask: null, filter: null, fields: null };
    await post([entry]);
    expect((await post([entry])).json.results.plan).toMatchObject([{ action: "same", outcome: "unchanged" }]);
  });

  it.each([
    { auth_type: "basic", auth_credentials: { username: "ann", password: "x" } },
    { auth_type: "oauth2" },
    { auth_request_details: { url: "https://example.com/token" } },
    { signing: true },
    { signing_secret: "****" },
    { subaccount_id: 5 },
    { subaccount_id: 0 },
    { exception_subaccounts: ["3"] },
  ])("is refused when the webhook would be open without it: %j", async (fields) => {
    const target = newTarget();
    const { status, json } = await post([{ name: "w", events: ["open"], target, ...fields }]);
    expect(status).toBe(422);
    for (const field of Object.keys(fields)) {
      const message = expect.stringMatching(`^'entries\\[0\\]\\.${field}' must be left out`) as string;
      expect(json.errors).toContainEqual(expect.objectContaining({ message }));
    }
    expect(system.receiver.requests).toEqual([]);
    expect(await registered()).toEqual([]);
  });

  it("is taken for left out when it protects nothing, as in what SparkPost answers", async () => {
    const nothing = { auth_type: "none", auth_credentials: {}, auth_request_details: {}, exception_subaccounts: [] };
    const entry = { name: "w", events: ["open"], target: newTarget(), ...nothing, subaccount_id: null, signing: false };
    expect((await post([entry])).json.results.plan).toMatchObject([{ outcome: "applied" }]);
  });

  it("is named when nobody reads it", async () => {
    const entry = { name: "w", events: ["open"], target: newTarget(), nmae: "x", links: [] };
    for (const query of [{ plan: "true" }, {}]) {
      expect((await post([entry], query)).json.results.plan).toMatchObject([{ not_taken: ["nmae", "links"] }]);
    }
  });
});
