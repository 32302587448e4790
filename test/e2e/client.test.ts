import { afterAll, beforeAll, expect, it } from "vitest";
import { ApiError, type Client, createClient, eachItem } from "../../client/index.ts";
import { joinTidepost } from "../support/join-tidepost.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import type { Tidepost } from "../support/tidepost.ts";

let tidepost: Tidepost;
let receiver: Receiver;
let client: Client;
beforeAll(async () => {
  receiver = await startReceiver();
  tidepost = await joinTidepost();
  client = createClient({ url: tidepost.apiUrl, key: tidepost.key });
});
afterAll(async () => {
  await tidepost.stop();
  await receiver.close();
});

const create = async (name: string, fields: object = {}): Promise<string> => {
  const body = { name, target: `${receiver.url}/${name}`, events: ["open" as const], ...fields };
  const { data, error } = await client.POST("/webhooks", { body });
  expect(error).toBeUndefined();
  return data?.results.id ?? "";
};

it("creates, reads, changes and deletes a webhook", async () => {
  const id = await create("client");
  const path = { id };
  const { data } = await client.GET("/webhooks/{id}", { params: { path } });
  expect(data?.results).toMatchObject({ id, name: "client", events: ["open"] });
  await client.PUT("/webhooks/{id}", { params: { path }, body: { name: "changed" } });
  const names: string[] = [];
  for await (const { name } of eachItem(client, "/webhooks", {})) names.push(name);
  expect(names).toContain("changed");
  expect((await client.DELETE("/webhooks/{id}", { params: { path } })).response.status).toBe(204);
});

it("goes over all pages of a list", async () => {
  const id = await create("pages", { batch_size: 1 });
  await tidepost.ingest(
    Array.from({ length: 5 }, (_, n) => JSON.stringify({ msys: { track_event: { type: "open", n } } })),
  );
  const batches = () => receiver.requests.filter(({ path, bodyBytes }) => path === "/pages" && bodyBytes > 20);
  await receiver.until(() => batches().length === 5 && batches().every(({ state }) => state === "answered"), 240_000);
  const seen: string[] = [];
  for await (const { batch_id } of eachItem(client, "/webhooks/{id}/batches", { path: { id }, query: { limit: 2 } })) {
    seen.push(batch_id);
  }
  expect(new Set(seen).size).toBe(5);
  expect(seen).toHaveLength(5);
});

it("throws what a list's page was refused for", async () => {
  const wrong = eachItem(client, "/webhooks/{id}/batches", { path: { id: crypto.randomUUID() } });
  const error: unknown = await wrong.next().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 404, errors: [{ code: "1600" }] });
});

it("is not made without a URL and a key", () => {
  expect(() => createClient({ url: "", key: "k" })).toThrow("base URL");
  expect(() => createClient({ url: tidepost.apiUrl, key: " " })).toThrow("key is empty");
});
