import { webhookCountsTable } from "#shared/adapters/dynamodb/webhook-counts-table.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OperationKey } from "#shared/contract/api/answers.ts";
import * as limits from "#shared/contract/limits.ts";
import type { ErrorBody } from "#shared/errors.ts";
import { documentOf } from "../../../lambdas/api/openapi/document.ts";
import { requestOf, validParts, type World } from "./contract-requests.ts";
import { type Contract, startContract } from "./contract-system.ts";
import { startApi } from "./start-api.ts";
import { startReceiver } from "../../support/receiver.ts";

let system: Contract;
let world: World;
beforeAll(async () => {
  system = await startContract();
  world = { system, own: await system.newCustomer() };
});
afterAll(async () => await system.stop());

/** JSON Schema as far as it has limits. */
interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
}

const document = documentOf("https://tidepost.example.com/api");
const resolved = (schema: Schema): Schema => {
  const component = schema.$ref === undefined ? undefined : schema.$ref.split("/").at(-1);
  return component === undefined ? schema : (document.components.schemas[component] ?? {});
};
/** The schema without the null that it may take as well. */
const typed = (schema: Schema): Schema => {
  const found = resolved(schema);
  return found.anyOf === undefined ? found : typed(found.anyOf[0] ?? {});
};

/** Two values at one limit: the last that is taken, and the first that is not. */
interface Limit {
  readonly path: readonly string[];
  readonly name: string;
  readonly inside: unknown;
  readonly outside: unknown;
}

const textOf = ({ format }: Schema, length: number): string => {
  if (format !== "uri") return "x".repeat(length);
  const start = `${world.system.newTarget()}/`;
  return start + "x".repeat(length - start.length);
};
const oneOf = (schema: Schema, index: number): unknown => {
  const { enum: words, type, minimum = 0 } = typed(schema);
  if (words !== undefined) return words[0];
  return type === "integer" ? minimum + index : `x${index}`;
};
const listOf = (schema: Schema, length: number): readonly unknown[] =>
  Array.from({ length }, (_, index) => oneOf(schema, index));
const objectOf = (length: number): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from({ length }, (_, index) => [`X-${index}`, "v"]));

/** Every limit of a schema's fields, however deep; the values are made when they are asked for. */
const limitsOf = (schema: Schema, path: readonly string[] = []): readonly (() => Limit)[] => {
  const found = typed(schema);
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, maxProperties, items = {}, type = [] } = found;
  const limit = (name: string, value: number | undefined, make: (size: number) => unknown, step: number) =>
    value === undefined ? [] : [(): Limit => ({ path, name, inside: make(value), outside: make(value + step) })];
  const isNumber = [type].flat().includes("integer");
  return [
    ...limit("minimum", isNumber ? minimum : undefined, (size) => size, -1),
    ...limit("maximum", isNumber ? maximum : undefined, (size) => size, 1),
    ...limit("minLength", minLength, (size) => textOf(found, size), -1),
    ...limit("maxLength", maxLength, (size) => textOf(found, size), 1),
    ...limit("minItems", minItems, (size) => listOf(items, size), -1),
    ...limit("maxItems", maxItems, (size) => listOf(items, size), 1),
    ...limit("maxProperties", maxProperties, objectOf, 1),
    ...Object.entries(found.properties ?? {}).flatMap(([name, field]) => limitsOf(field, [...path, name])),
  ];
};

const put = (body: object, [first = "", ...rest]: readonly string[], value: unknown): object => {
  const before = (body as Readonly<Record<string, unknown>>)[first];
  const child = typeof before === "object" && before !== null && !Array.isArray(before) ? before : {};
  return { ...body, [first]: rest.length === 0 ? value : put(child, rest, value) };
};

/** Operations whose body is one object of named fields. */
const operations = [
  "POST /v1/webhooks",
  "PUT /v1/webhooks/{id}",
  "POST /v1/webhooks/probe",
  "POST /v1/webhooks/filter-test",
  "POST /v1/webhooks/{id}/rotate-secret",
  "POST /v1/webhooks/{id}/replay",
  "POST /v1/webhooks/import",
  "POST /v1/api-keys",
  "PUT /v1/api-keys/{id}",
] as const satisfies readonly OperationKey[];

const bodySchemaOf = (key: OperationKey): Schema => {
  const [method = "", path = ""] = key.split(" ");
  const content = document.paths[path.replace("/v1", "")]?.[method.toLowerCase()]?.requestBody?.content;
  const schema = resolved(content?.["application/json"]?.schema ?? {});
  return schema.items === undefined ? schema : resolved(schema.items);
};

describe.each(operations)("%s", (key) => {
  it("takes what is just inside each limit of the document, and refuses what is just outside", async () => {
    const found = limitsOf(bodySchemaOf(key));
    expect(found.length).toBeGreaterThan(0);
    for (const make of found) {
      const { path, name, inside, outside } = make();
      // What a change before has left would not go with the next one, and a replay is one at a time.
      const own = key.includes("{id}") ? await system.newCustomer() : world.own;
      const answerTo = async (value: unknown) => {
        const { body, ...part } = validParts[key](world);
        const [first] = Array.isArray(body) ? (body as readonly object[]) : [body as object];
        const changed = put(first ?? {}, path, value);
        const sent = { ...part, body: Array.isArray(body) ? [changed] : changed };
        return await system.send(requestOf(key, { own }, sent), own.key);
      };
      const place = `${path.join(".")} ${name}`;
      const refused = await answerTo(outside);
      expect([place, [413, 422].includes(refused.status)]).toEqual([place, true]);
      const messages = (refused.json.errors as readonly ErrorBody[]).map(({ message }) => message);
      expect(messages.join()).toContain(path.join("."));
      const taken = await answerTo(inside);
      expect([place, taken.status, taken.json?.errors]).toEqual([place, 200, undefined]);
    }
  });
});

const post = async (body: unknown, path = "/v1/webhooks") =>
  await system.send({ method: "POST", path, body }, world.own.key);
const webhook = (fields: object) => ({
  name: "limits",
  target: world.system.newTarget(),
  events: ["delivery"],
  ...fields,
});

describe("limits that no schema can say", () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });
  const details = (body: unknown) => webhook({ auth_request_details: { url: "https://id.example.net/", body } });

  it.each([
    ["bytes of an OAuth 2 request", { a: "x".repeat(limits.maxTokenBodyBytes - 8) }, { a: "x".repeat(8_185) }],
    ["levels of one", nested(limits.maxTokenBodyDepth), nested(limits.maxTokenBodyDepth + 1)],
  ])("%s", async (_, inside, outside) => {
    expect((await post(details(inside))).status).toBe(200);
    const refused = await post(details(outside));
    expect([refused.status, refused.json.errors[0].message]).toEqual([
      422,
      expect.stringContaining("'auth_request_details.body' must have at most"),
    ]);
  });

  it("characters are counted as people do", async () => {
    expect((await post(webhook({ name: "🌊".repeat(limits.maxNameCharacters) }))).status).toBe(200);
    expect((await post(webhook({ name: "🌊".repeat(limits.maxNameCharacters + 1) }))).status).toBe(422);
  });

  it("a body is refused before it is read", async () => {
    const padded = (length: number) => JSON.stringify(webhook({})).padEnd(length, " ");
    expect((await post(padded(limits.maxApiBodyBytes))).status).toBe(200);
    const refused = await post(padded(limits.maxApiBodyBytes + 1));
    expect([refused.status, refused.json.errors[0].code]).toEqual([413, "1300"]);
  });

  it("an import has at most a thousand entries", async () => {
    const refused = await post(
      Array.from({ length: limits.maxImportEntries + 1 }, () => 5),
      "/v1/webhooks/import",
    );
    expect(refused.json.errors).toMatchObject([{ message: "'entries' must have at most 1000 entries" }]);
  });

  it("a long list costs one error, and many errors are twenty", async () => {
    const unknown = (length: number) => webhook({ events: Array.from({ length }, (_, n) => `delivry${n}`) });
    expect((await post(unknown(60_000))).json.errors).toMatchObject([
      { message: "'events' must have at most 100 entries" },
    ]);
    const many = (await post(unknown(limits.maxListEntries))).json.errors as readonly ErrorBody[];
    expect(many).toHaveLength(limits.maxListedErrors);
    expect(many.at(-1)).toEqual({ message: "There are 81 more problems", code: "1300" });
  });
});

describe("the number of a customer's webhooks", () => {
  let now = Date.now();
  const aMinuteLater = () => (now += 60_001);

  it("is bounded, counts what is deleted, and heals when a count was lost", async () => {
    const [api, receiver] = await Promise.all([startApi({ maxWebhooks: 3, now: () => now }), startReceiver()]);
    const { key, customerId } = await api.issueKey();
    const body = { name: "one", target: receiver.url, events: ["open"] };
    const create = async () =>
      await api.call<{ readonly id: string }>({ key, method: "POST", path: "/v1/webhooks", body });
    const made = await Promise.all([create(), create(), create(), create(), create()]);
    expect(made.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 409, 409]);
    const remove = async (id = "") => await api.call({ key, method: "DELETE", path: `/v1/webhooks/${id}` });
    const ids = made.filter(({ status }) => status === 200).map(({ results }) => results.id);
    // One deletion of several at the same time makes room for one.
    await Promise.all([remove(ids[0]), remove(ids[0]), remove(ids[0])]);
    expect([(await create()).status, (await create()).status]).toEqual([200, 409]);
    // A process that ended between a webhook and its count.
    aMinuteLater();
    await api.webhooks.remove(customerId, ids[1] ?? "");
    expect([(await create()).status, (await create()).status]).toEqual([200, 409]);
    await Promise.all([api.stop(), receiver.close()]);
  });

  it("is bounded while those that are counted are not stored yet", async () => {
    const api = await startApi();
    let at = 0;
    const counts = webhookCountsTable({ ...api.aws.tables.webhooks, now: () => at });
    const add = async () => await counts.add("customer", "all", 2);
    expect([await add(), await add(), await add()]).toEqual([true, true, false]);
    at = 60_001;
    // None was ever stored.
    expect([await add(), await add(), await add()]).toEqual([true, true, false]);
    await api.stop();
  });

  it("is bounded for those that look into events, however they come to do so", async () => {
    const bounds = { maxWebhooks: 5, maxContentWebhooks: 2 };
    const [api, receiver] = await Promise.all([startApi({ ...bounds, now: () => now }), startReceiver()]);
    const { key, customerId } = await api.issueKey();
    const filter = { field: "campaign_id", eq: "spring" };
    const call = async <Results>(method: "POST" | "PUT" | "DELETE", path: string, body?: object) =>
      await api.call<Results>({ key, method, path: `/v1/webhooks${path}`, body });
    const bodyOf = (name: string) => ({ name, target: `${receiver.url}/${name}`, events: ["open"] });
    const create = async (name: string, rules: object) =>
      await call<{ readonly id: string }>("POST", "", { ...bodyOf(name), ...rules });
    const change = async (id: string, rules: object) => (await call("PUT", `/${id}`, rules)).status;

    const first = await create("first", { filter });
    const second = await create("second", {});
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(await change(second.results.id, { mask: ["rcpt_to"] })).toBe(200);
    // Who has rules changes them, at the limit too.
    expect(await change(second.results.id, { mask: null, fields: { include: ["rcpt_to"] } })).toBe(200);

    const third = await create("third", {});
    const refused = await call("PUT", `/${third.results.id}`, { filter, signing: true });
    expect([refused.status, refused.errors]).toMatchObject([
      409,
      [{ message: "There are 2 webhooks with 'filter', 'fields' or 'mask', as many as a customer may have" }],
    ]);
    expect(await api.webhooks.find(customerId, third.results.id)).toMatchObject({ revision: 1, settingsRevision: 1 });
    expect((await create("fourth", { filter })).status).toBe(409);
    // A webhook that was refused is not counted among all.
    const plain = [await create("plain", {}), await create("plain", {})];
    expect(plain.map(({ status }) => status)).toEqual([200, 200]);
    expect((await call("DELETE", `/${plain[0]?.results.id}`)).status).toBe(204);
    const entry = { ...bodyOf("third"), filter };
    const imported = async () =>
      (await call<{ readonly plan: readonly object[] }>("POST", "/import", [entry])).results.plan[0];
    expect(await imported()).toMatchObject({ action: "change", outcome: "failed" });

    // Each way to be without rules makes room for one.
    expect(await change(second.results.id, { fields: null })).toBe(200);
    expect(await imported()).toMatchObject({ outcome: "applied" });
    expect(await change(second.results.id, { filter })).toBe(409);
    expect((await call("DELETE", `/${first.results.id}`)).status).toBe(204);
    expect([await change(second.results.id, { filter }), (await create("fifth", { filter })).status]).toEqual([
      200, 409,
    ]);

    // A process that ended between a webhook and its count.
    aMinuteLater();
    await api.webhooks.remove(customerId, second.results.id);
    const fifth = await create("fifth", { filter });
    expect([fifth.status, (await create("sixth", { filter })).status]).toEqual([200, 409]);
    await Promise.all([api.stop(), receiver.close()]);
  });
});
