import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { OperationKey } from "#shared/contract/api/answers.ts";
import { hasHalfPair, hostileValues, type HostileValue } from "../../support/hostile-values.ts";
import { pairsOf, sampleTitle } from "../../support/hostile-cases.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { newWebhook, requestOf, validParts, type World } from "../api/contract-requests.ts";
import { answerMismatch } from "../api/contract-schemas.ts";
import { type Contract, startContract, type WireAnswer } from "../api/contract-system.ts";
import { addedTo, readStored, restore } from "./stored.ts";
import { anyName, bodyFields, bodyWith, type Field, nameOf } from "./fields.ts";

let system: Contract;
let tokenUrl: string;
const log: string[] = [];
beforeAll(async () => {
  // Before the functions are made: their loggers read the level once.
  vi.stubEnv("POWERTOOLS_LOG_LEVEL", "DEBUG");
  const keep = (chunk: unknown): boolean => log.push(String(chunk)) > 0;
  vi.spyOn(process.stdout, "write").mockImplementation(keep);
  vi.spyOn(process.stderr, "write").mockImplementation(keep);
  for (const method of ["log", "info", "warn", "error", "debug"] as const)
    vi.spyOn(console, method).mockImplementation(keep);
  system = await startContract();
  tokenUrl = system.newTarget();
  system.receiver.respond(new URL(tokenUrl).pathname, answer(200, {}, '{"access_token":"a-token-of-the-test"}'));
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await system.stop();
});

/** Longest line that a function may log for a request, whatever it was. */
const maxLogLine = 16 * 1_024;
/** Longest body of an error. */
const maxErrorAnswer = 64 * 1_024;

/** What a field needs around it to count. */
const surroundings = (path: Field["path"]): object => {
  const first = path.find((step) => typeof step === "string");
  if (first === "auth_credentials") {
    return { auth_type: "basic", auth_credentials: { username: "ann", password: "a-long-secret" } };
  }
  if (first !== "auth_request_details") return {};
  const details = { url: tokenUrl, body: { client_id: "me" }, content_type: "application/json", headers: {} };
  return { auth_type: "oauth2", auth_request_details: details };
};

/** Bodies that are valid, and let what is tried be stored. */
const bodies: Readonly<Partial<Record<OperationKey, (field: Field, world: World) => unknown>>> = {
  "POST /v1/webhooks": ({ path }, world) => newWebhook(world, surroundings(path)),
  "PUT /v1/webhooks/{id}": ({ path }) => surroundings(path),
  "POST /v1/webhooks/probe": ({ path }) => ({ target: system.newTarget(), ...surroundings(path) }),
  "POST /v1/webhooks/import": () => [
    { name: crypto.randomUUID(), events: ["open"], target: system.newTarget(), custom_headers: {} },
  ],
};

const bodyOf = (field: Field, world: World): unknown => {
  const made = bodies[field.operation]?.(field, world);
  if (made !== undefined) return made;
  const { body } = validParts[field.operation](world);
  return typeof body === "string" ? [JSON.parse(body.split("\n")[0] ?? "") as unknown] : body;
};

/** Whether a value stands anywhere in another one. Texts that are shown are trimmed, and `-0` is kept as 0. */
const holds = (found: unknown, wanted: unknown): boolean => {
  if (isDeepStrictEqual(found, wanted) || (typeof wanted === "string" && found === wanted.trim())) return true;
  if (typeof found !== "object" || found === null) return wanted === 0 && found === 0;
  return Object.entries(found).some(([name, child]) => name === wanted || holds(child, wanted));
};

/** Values that are as good as no value: nothing of them is to be found. */
const meansNone = (field: Field, value: unknown): boolean => {
  const last = field.path.at(-1);
  if (isDeepStrictEqual(value, {}) || isDeepStrictEqual(value, [])) return true;
  // Null is as good as a field that is left out; of a required one it is refused.
  if (value === null) return true;
  if ((last === "auth_token" && value === "") || (last === "signing" && value === false)) return true;
  return last === "valid_ips" || (last === "subaccount_id" && value === -1);
};

const storing = new Set<OperationKey>([
  "POST /v1/webhooks",
  "PUT /v1/webhooks/{id}",
  "POST /v1/webhooks/import",
  "POST /v1/api-keys",
  "PUT /v1/api-keys/{id}",
]);

/** What a webhook that was created or changed reads. */
const readBack = async (
  world: World,
  operation: OperationKey,
  { status, json }: WireAnswer,
): Promise<readonly unknown[]> => {
  if (status !== 200 || !storing.has(operation) || json.results.id === undefined) return [];
  const reading = operation.includes("api-keys") ? "GET /v1/api-keys/{id}" : "GET /v1/webhooks/{id}";
  const read = await system.send(requestOf(reading, world, { parameters: { id: json.results.id } }), world.own.key);
  return [read.status === 200 ? read.json.results : { unreadable: read.status }];
};

/** A 2xx whose every part was refused. */
const isRefusedInside = ({ json }: WireAnswer): boolean => {
  const plan: readonly { readonly outcome?: string }[] = json?.results?.plan ?? [];
  return plan.some(({ outcome }) => outcome === "failed");
};

/** What is wrong with how a request was answered; nothing when all is well. */
const problemsOf = (
  field: Field,
  value: HostileValue,
  found: WireAnswer,
  added: readonly unknown[],
): readonly string[] => {
  const problems: string[] = [];
  const { status, json } = found;
  const text = JSON.stringify(json) ?? "";
  const isAccepted = status < 300 && !isRefusedInside(found);
  if (status >= 500) problems.push(`is answered ${status}`);
  const mismatch = status === 204 ? undefined : answerMismatch(field.operation, found);
  if (mismatch !== undefined) problems.push(`gets an answer that is not documented: ${mismatch.slice(0, 200)}`);
  if (hasHalfPair(json)) problems.push("gets an answer with half a surrogate pair");
  if (status >= 400 && text.length > maxErrorAnswer) problems.push(`gets an error of ${text.length} characters`);
  if (!isAccepted && added.length > 0) problems.push("is refused, and something has changed");
  if (isAccepted && added.some((item) => Object.hasOwn(item as object, "unreadable"))) problems.push("cannot be read");
  if (!isAccepted || !storing.has(field.operation)) return problems;
  const wanted: unknown = JSON.parse(value.json);
  if (!meansNone(field, wanted) && field.path.length > 0 && !added.some((item) => holds(item, wanted))) {
    problems.push("is accepted, and not stored as it was sent");
  }
  return problems;
};

const isCase = ([field, value]: readonly [Field, HostileValue]): boolean =>
  field.path.at(-1) !== anyName || value.text !== undefined;

/** Every field gets a value, and every value a field; `npm run test:hostile` tries more of them. */
const rounds = process.env["HOSTILE_RUNS"] === undefined ? 1 : 2;
const cases = pairsOf(bodyFields, hostileValues, rounds).filter(isCase);
const operations = [...new Set(bodyFields.map(({ operation }) => operation))];

describe(`hostile values in every field of every body: ${sampleTitle}`, () => {
  it.each(operations)("%s refuses or keeps them", async (operation) => {
    const world: World = { system, own: await system.newCustomer() };
    const problems: string[] = [];
    const before = await readStored(system);
    for (const [field, value] of cases.filter(([{ operation: own }]) => own === operation)) {
      const body = bodyWith(bodyOf(field, world), field.path, value.json);
      const { query = {}, parameters } = validParts[operation](world);
      const request = requestOf(operation, world, {
        body,
        query: operation === "POST /v1/webhooks/import" ? {} : query,
        ...(parameters === undefined ? {} : { parameters }),
      });
      const found = await system.send(request, world.own.key);
      const after = await readStored(system);
      const shown = `${nameOf(field.path)}: ${value.name}`;
      const read = await readBack(world, operation, found);
      for (const problem of problemsOf(field, value, found, [...addedTo(before, after), ...read])) {
        problems.push(`${shown} ${problem}; ${found.status} ${JSON.stringify(found.json)?.slice(0, 300)}`);
      }
      await restore(system, before, after);
    }
    expect(problems).toEqual([]);
  });

  it("log lines stay short", () => {
    const long = log.filter((line) => line.length > maxLogLine).map((line) => `${line.length}: ${line.slice(0, 300)}`);
    expect([...new Set(long)]).toEqual([]);
    expect(log.join("\n").includes("request.refused")).toBe(true);
  });

  it("no object has got a field by its prototype", () => {
    const inherited: string[] = [];
    for (const name in {}) inherited.push(name);
    expect(inherited).toEqual([]);
    expect(Object.hasOwn(Object.prototype, "admin")).toBe(false);
  });
});
