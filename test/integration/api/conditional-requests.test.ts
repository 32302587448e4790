import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Contract, startContract } from "./contract-system.ts";

let system: Contract;
let key: string;
let path: string;
beforeAll(async () => {
  system = await startContract();
});
afterAll(async () => await system.stop());
beforeEach(async () => {
  const customer = await system.newCustomer();
  key = customer.key;
  path = `/v1/webhooks/${customer.webhookId}`;
});

const read = async () => (await system.send({ method: "GET", path }, key)).json.results;
const rename = async (name: string, headers: Readonly<Record<string, string>> = {}) =>
  await system.send({ method: "PUT", path, body: { name }, headers }, key);
const remove = async (headers: Readonly<Record<string, string>> = {}) =>
  await system.send({ method: "DELETE", path, headers }, key);

describe("If-Match", () => {
  it("lets a change through while nobody else has made one", async () => {
    const { etag } = await read();
    expect((await rename("mine", { "If-Match": String(etag) })).status).toBe(200);
    expect((await read()).etag).not.toBe(etag);
  });

  it("refuses a change to what somebody else has changed, and changes nothing", async () => {
    const { etag } = await read();
    await rename("theirs");
    const refused = await rename("mine", { "If-Match": String(etag) });
    expect([refused.status, refused.json.errors[0].code]).toEqual([412, "1602"]);
    expect((await read()).name).toBe("theirs");
  });

  it("of two changes at the same time lets one through", async () => {
    const { etag } = await read();
    const answers = await Promise.all(["a", "b", "c"].map((name) => rename(name, { "If-Match": String(etag) })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412]);
  });

  it("guards a deletion, too", async () => {
    const { etag } = await read();
    await rename("theirs");
    expect((await remove({ "If-Match": String(etag) })).status).toBe(412);
    expect((await remove({ "If-Match": "*" })).status).toBe(204);
  });
});

describe("an API key", () => {
  it("reads what it may do", async () => {
    const { key: viewer, id, customerId } = await system.api.issueKey({ grants: ["webhooks/view"] });
    const { json } = await system.send({ method: "GET", path: "/v1/whoami" }, viewer);
    expect(json.results).toMatchObject({
      customer_id: customerId,
      key: { id, label: "test" },
      grants: ["webhooks/view"],
    });
    expect(JSON.stringify(json)).not.toContain(viewer);
  });

  it("was not last used before it was issued, nor at all before it was used", async () => {
    const { id, customerId } = await system.api.issueKey();
    const { key: manager } = await system.api.issueKey({ customerId });
    const keys = async () => (await system.send({ method: "GET", path: "/v1/api-keys" }, manager)).json.results;
    const [unused, used] = [...(await keys())].toSorted((a) => (a.id === id ? -1 : 1));
    expect(unused).not.toHaveProperty("last_used_at");
    expect(Date.parse(used?.last_used_at)).toBeGreaterThanOrEqual(Date.parse(used?.created_at));
    expect(Date.parse(used?.last_used_at)).toBeLessThanOrEqual(Date.now());
  });
});
