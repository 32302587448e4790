import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasHalfPair, hostileTexts } from "../../support/hostile-values.ts";
import { isFull, pairsOf, samplePairs, sampleTitle } from "../../support/hostile-cases.ts";
import { requestOf, validParts, type World } from "../api/contract-requests.ts";
import { answerMismatch } from "../api/contract-schemas.ts";
import { type Contract, startContract, type WireAnswer } from "../api/contract-system.ts";
import { parameters } from "./fields.ts";
import { addedTo, readStored, restore } from "./stored.ts";

let system: Contract;
beforeAll(async () => {
  system = await startContract();
});
afterAll(async () => await system.stop());

/** Headers that every request may have, whether or not the document names them. */
const commonHeaders = [
  "Accept",
  "Accept-Encoding",
  "Content-Encoding",
  "Content-Type",
  "Host",
  "User-Agent",
  "X-Forwarded-For",
];
const operations = [...new Set(parameters.map(({ operation }) => operation))];
const places = [
  ...parameters,
  ...(isFull
    ? operations.flatMap((operation) => commonHeaders.map((name) => ({ operation, place: "header" as const, name })))
    : samplePairs(operations, commonHeaders).map(([operation, name]) => ({
        operation,
        place: "header" as const,
        name,
      }))),
];

/** @param isOwnPath whether the path is still the operation's: with an empty segment it is another one's, or nobody's */
const problemsOf = (
  operation: (typeof operations)[number],
  found: WireAnswer,
  { changes, isOwnPath }: { readonly changes: number; readonly isOwnPath: boolean },
): readonly string[] => {
  const { status, json } = found;
  const isUnknownPath = status === 404 && json?.errors?.[0]?.code === "1101";
  const mismatch = status === 204 || isUnknownPath || !isOwnPath ? undefined : answerMismatch(operation, found);
  return [
    ...(status >= 500 ? [`is answered ${status}`] : []),
    ...(mismatch === undefined ? [] : [`gets an answer that is not documented: ${mismatch.slice(0, 200)}`]),
    ...(hasHalfPair(json) ? ["gets half a surrogate pair"] : []),
    ...(status >= 400 && changes > 0 ? ["is refused, and something has changed"] : []),
  ];
};

describe(`hostile texts in every path, query and header (${sampleTitle})`, { timeout: 900_000 }, () => {
  it("are refused, or stand for nothing", async () => {
    const problems: string[] = [];
    let world: World = { system, own: await system.newCustomer() };
    let before = await readStored(system);
    for (const [{ operation, place, name }, [title, text]] of pairsOf(places, Object.entries(hostileTexts))) {
      const valid = validParts[operation](world);
      const part =
        place === "path"
          ? // One segment, as the router sees it.
            { ...valid, parameters: { ...valid.parameters, [name]: text.replaceAll("/", "%2F") } }
          : place === "query"
            ? { ...valid, query: { ...valid.query, [name]: text } }
            : { ...valid, headers: { ...valid.headers, [name]: text } };
      const found = await system.send(requestOf(operation, world, part), world.own.key);
      const after = operation.startsWith("GET") ? before : await readStored(system);
      const changes = addedTo(before, after).length;
      const isOwnPath = place !== "path" || text !== "";
      for (const problem of problemsOf(operation, found, { changes, isOwnPath })) {
        problems.push(
          `${operation} ${place} ${name}: ${title} ${problem}; ${found.status} ${JSON.stringify(found.json)?.slice(0, 300)}`,
        );
      }
      await restore(system, before, after);
      if (operation.startsWith("DELETE /v1/webhooks") && found.status === 204) {
        // What it had is not all in the tables.
        world = { system, own: await system.newCustomer() };
        before = await readStored(system);
      }
    }
    expect(addedTo(before, await readStored(system))).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("are no API key", async () => {
    for (const text of Object.values(hostileTexts)) {
      await expect(system.api.callerOf(text), JSON.stringify(text).slice(0, 100)).rejects.toThrow("Unauthorized");
    }
  });
});
