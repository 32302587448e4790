import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OperationKey } from "#shared/contract/api/answers.ts";
import { operations } from "../../../lambdas/api/openapi/operations.ts";
import { hostileTexts } from "../../support/hostile-values.ts";
import { type Part, requestOf, validParts, type World } from "./contract-requests.ts";
import { answerMismatch, mismatch, placeOf } from "./contract-schemas.ts";
import { type Contract, startContract, type WireAnswer } from "./contract-system.ts";

/** `npm run test:hostile` tries more. */
const numRuns = Number(process.env["HOSTILE_RUNS"] ?? 8);

let system: Contract;
let world: World;
beforeAll(async () => {
  system = await startContract();
  world = { system, own: await system.newCustomer() };
  await system.newCustomer();
});
afterAll(async () => await system.stop());

const text = fc.oneof(fc.constantFrom(...Object.values(hostileTexts)), fc.string({ unit: "binary" }), fc.string());
const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
const value = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue() },
  { weight: 3, arbitrary: text },
  fc.constantFrom<unknown>(null, {}, [], [[]], -1, 2 ** 31, 1e308, true, deep(2_000), { "": "" }),
  fc.constant(JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{}}}') as unknown),
);

/** What the document says of an operation's request. */
const jsonSchemaOf = (key: OperationKey) => [...placeOf(key), "requestBody", "content", "application/json", "schema"];
const isRefusedByDocument = (key: OperationKey, body: unknown): boolean =>
  mismatch(jsonSchemaOf(key), body, { isOpen: true }) !== undefined;

/** `null` stands for a field that is left out. */
const asRead = (body: unknown, readText: (text: string) => string): unknown => {
  if (typeof body === "string") return readText(body);
  if (Array.isArray(body)) return body.map((entry) => asRead(entry, readText));
  if (typeof body !== "object" || body === null) return body;
  const given = Object.entries(body).filter(([, field]) => field !== null);
  return Object.fromEntries(given.map(([name, field]) => [name, asRead(field, readText)]));
};

/** Some texts lose white space at their ends, which the document does not say: a body must be wrong either way. */
const isHostile = (key: OperationKey, body: unknown): boolean =>
  [(sent: string) => sent, (sent: string) => sent.trim()].every((readText) =>
    isRefusedByDocument(key, asRead(body, readText)),
  );

/** A valid body with one of its fields replaced, or a value that is no such body at all. */
const bodyOf = (key: OperationKey): fc.Arbitrary<unknown> => {
  const { body: valid } = validParts[key](world);
  const [entry] = Array.isArray(valid) ? (valid as readonly object[]) : [valid as object];
  const spoiled = fc.tuple(fc.constantFrom(...fieldsOf(key)), value).map(([field, spoilt]) => {
    const one = { ...entry, [field]: spoilt };
    return Array.isArray(valid) ? [entry, one] : one;
  });
  return fc.oneof({ weight: 4, arbitrary: spoiled }, value).filter((body) => isHostile(key, body));
};

const fieldsOf = (key: OperationKey): readonly [string, ...string[]] => {
  const schema = operations[key].request?.content["application/json"]?.schema as unknown as {
    readonly shape?: object;
    readonly element?: { readonly shape: object };
  };
  const [first = "x", ...others] = Object.keys(schema.shape ?? schema.element?.shape ?? {});
  return [first, ...others];
};

const rawBody = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(
    "{",
    "[",
    '{"a":',
    "nul",
    '"',
    "\uFEFF{}",
    "[".repeat(50_000),
    '{"a":1}{"b":2}',
    Buffer.from([0x1f, 0x8b]),
  ),
);

/** Bodies that are valid whatever they hold, or that are no JSON: nothing is stored for them either way. */
const takesAnything = new Set<OperationKey>([
  "POST /v1/webhooks/{id}/validate",
  "POST /v1/ingest/events",
  "POST /v1/ingest/ses",
]);

const headersOf = fc.dictionary(
  fc.constantFrom("X-MSYS-SUBACCOUNT", "Idempotency-Key", "Content-Type", "Content-Encoding", "Accept", "Host"),
  text,
);
const queryOf = fc.dictionary(
  fc.oneof(fc.constantFrom("timezone", "limit", "state", "from", "to", "cursor", "events", "plan", "prune"), text),
  text,
);
/** Path parameters that are nobody's; one segment each, as the router sees it. */
const segment = text.filter((id) => id !== "").map((id) => id.replaceAll("/", "%2F"));
const ids = fc.record({ id: segment, batch_id: segment, replay_id: segment, search_id: segment, test_id: segment });

const isDocumented = (key: OperationKey, { status, json }: WireAnswer): boolean => {
  if (status === 204) return operations[key].answer === undefined;
  // Every path has these: they say that there is no such path or method.
  if ((status === 404 || status === 405) && ["1101", "1102"].includes(json.errors[0].code)) return true;
  return answerMismatch(key, { status, json }) === undefined;
};

const isNoJson = (body: string | Buffer): boolean => {
  try {
    // A byte order mark may stand before JSON.
    JSON.parse(new TextDecoder().decode(Buffer.from(body)));
    return false;
  } catch {
    return true;
  }
};
const methodOf = (key: OperationKey): string => key.split(" ")[0] ?? "";
const hasBody = (key: OperationKey): boolean => operations[key].request !== undefined;
const readsSubaccount = (key: OperationKey): boolean =>
  "X-MSYS-SUBACCOUNT" in (operations[key].parameters?.header?.shape ?? {});
const isRefused = ({ status }: WireAnswer): boolean => status >= 400 && status < 500;
const isNoFault = ({ status }: WireAnswer): boolean => status < 500;

/** Sends requests made from hostile parts; each answer must be documented, and nothing may be stored. */
const expectUnharmed = async (
  key: OperationKey,
  parts: fc.Arbitrary<Part>,
  check: (answer: WireAnswer) => boolean,
): Promise<void> => {
  const before = await system.dump();
  await fc.assert(
    fc.asyncProperty(parts, async (part) => {
      const answer = await system.send(requestOf(key, world, part), world.own.key);
      const shown = `${answer.status} ${JSON.stringify(answer.json)?.slice(0, 500)}`;
      expect([check(answer), isDocumented(key, answer)], shown).toEqual([true, true]);
    }),
    { numRuns },
  );
  expect(await system.dump()).toEqual(before);
};

const keys = Object.keys(operations) as OperationKey[];

describe("hostile bodies", () => {
  it.each(keys.filter((key) => hasBody(key) && !takesAnything.has(key)))("are refused by %s", async (key) => {
    const spoiled = bodyOf(key);
    const noJson = rawBody.filter(isNoJson).map((body) => ({ body }));
    const bodies = spoiled.map((body) => ({ body: JSON.stringify(body) }));
    await expectUnharmed(key, fc.oneof({ weight: 4, arbitrary: bodies }, noJson), isRefused);
  });

  it.each([...takesAnything])("are stood by %s", async (key) => {
    const bodies = fc.oneof(value, rawBody).map((body) => ({ body }));
    await expectUnharmed(key, bodies, isNoFault);
  });
});

describe("hostile ids", () => {
  it.each(keys.filter((key) => key.includes("{")))("are unknown to %s", async (key) => {
    const { body } = validParts[key](world);
    const parts = ids.map((parameters) => ({ parameters, ...(body === undefined ? {} : { body }) }));
    await expectUnharmed(key, parts, isRefused);
  });
});

describe("hostile queries, headers and bodies", () => {
  it.each(keys.filter((key) => methodOf(key) === "GET"))("are stood by %s", async (key) => {
    await expectUnharmed(key, fc.record({ query: queryOf, headers: headersOf, body: rawBody }), isNoFault);
  });
});

describe("hostile headers", () => {
  const texts = fc.oneof(fc.constantFrom("-1", "1e3", "99999999999", "a/b", "\u0000"), text);
  const isType = (sent: string): boolean => /^\s*($|;|application\/json|[^;]*\+json)/i.test(sent);
  const isSubaccount = (sent: string): boolean => /^\s*(\d{1,10})?\s*$/.test(sent);

  it.each(keys.filter((key) => methodOf(key) !== "GET" && readsSubaccount(key)))(
    "name no sub-account to %s",
    async (key) => {
      const { body = "{}" } = validParts[key](world);
      const sent = texts.filter((header) => !isSubaccount(header));
      await expectUnharmed(
        key,
        sent.map((header) => ({ body, headers: { "X-MSYS-SUBACCOUNT": header } })),
        isRefused,
      );
    },
  );

  it.each(keys.filter((key) => hasBody(key) && !key.startsWith("POST /v1/ingest/")))(
    "are no type to %s",
    async (key) => {
      const { body } = validParts[key](world);
      const sent = texts.filter((header) => !isType(header));
      await expectUnharmed(
        key,
        sent.map((header) => ({ body, headers: { "Content-Type": header } })),
        isRefused,
      );
    },
  );
});
