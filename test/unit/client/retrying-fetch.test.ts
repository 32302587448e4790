import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { retryingFetch } from "../../../client/retrying-fetch.ts";

type Answer = number | "none" | readonly [status: number, retryAfter: string];

/** A `fetch` that gives the answers in their order, the last one for good, and keeps the bodies that it got. */
const answering = (answers: readonly Answer[]) => {
  const bodies: string[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    bodies.push(await request.text());
    const answer = answers[bodies.length - 1] ?? answers.at(-1) ?? 200;
    if (answer === "none") throw new TypeError("fetch failed");
    const [status, retryAfter] = typeof answer === "number" ? [answer] : answer;
    return new Response("{}", { status, headers: retryAfter === undefined ? {} : { "retry-after": retryAfter } });
  };
  return { bodies, fetch };
};

const call = async (method: string, answers: readonly Answer[], headers: Readonly<Record<string, string>> = {}) => {
  const { bodies, fetch } = answering(answers);
  const body = method === "GET" ? {} : { body: "b" };
  const request = new Request("http://localhost/x", { method, headers, ...body });
  const status = await retryingFetch({ fetch, maxDelayMs: 1_000 })(request).then(
    (response) => response.status,
    (error: unknown) => (error as Error).message,
  );
  return { status, bodies };
};

beforeAll(() => {
  vi.useFakeTimers();
  vi.setTimerTickMode("nextTimerAsync");
});
// The files after this one share its process.
afterAll(() => {
  vi.useRealTimers();
});

describe("a request that may be repeated", () => {
  it.each(["GET", "PUT", "DELETE"])("is repeated until it is answered: %s", async (method) => {
    const { status, bodies } = await call(method, ["none", 503, 502, 200]);
    expect(status).toBe(200);
    expect(bodies).toEqual(Array.from({ length: 4 }, () => (method === "GET" ? "" : "b")));
  });

  it("is given up after the last attempt, with its answer or its error", async () => {
    expect(await call("GET", [503])).toMatchObject({ status: 503, bodies: ["", "", "", ""] });
    expect(await call("GET", ["none"])).toMatchObject({ status: "fetch failed", bodies: ["", "", "", ""] });
  });

  it.each([200, 400, 404, 409, 500])("is not repeated after %i", async (status) => {
    expect(await call("GET", [status, 200])).toMatchObject({ status, bodies: [""] });
  });
});

describe("a request that does its work once more", () => {
  it.each([
    ["POST", {}],
    ["PUT", { "if-match": '"1"' }],
    ["DELETE", { "if-match": '"1"' }],
  ])("is repeated only when it took no effect: %s", async (method, headers) => {
    expect((await call(method, [[429, "1"], [503, "0"], 200], headers)).bodies).toHaveLength(3);
    expect((await call(method, ["none", 200], headers)).status).toBe("fetch failed");
    expect((await call(method, [503, 200], headers)).status).toBe(503);
  });

  it("is repeated with an idempotency key", async () => {
    expect((await call("POST", ["none", 503, 200], { "idempotency-key": "k" })).status).toBe(200);
  });
});

it("returns an answer that asks for a longer wait than the caller has", async () => {
  expect(await call("GET", [[429, "2"], 200])).toMatchObject({ status: 429, bodies: [""] });
  expect(await call("GET", [[429, new Date(Date.now() + 60_000).toUTCString()], 200])).toMatchObject({ status: 429 });
});

it("stops waiting when the caller aborts", async () => {
  vi.setTimerTickMode("manual");
  const { bodies, fetch } = answering([[503, "20"]]);
  const controller = new AbortController();
  const request = new Request("http://localhost/x", { signal: controller.signal });
  const waiting = retryingFetch({ fetch })(request);
  await vi.waitFor(() => expect(bodies).toHaveLength(1), 60_000);
  controller.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  expect(bodies).toHaveLength(1);
});
