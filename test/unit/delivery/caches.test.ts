import { beforeEach, expect, it } from "vitest";
import type { Oauth2 } from "#shared/webhooks/settings.ts";
import { routerCache } from "../../../lambdas/batch/form-batches.ts";
import { settingsCache, tokenCache } from "../../../lambdas/deliver/caches.ts";

const auth: Oauth2 = {
  type: "oauth2",
  url: "https://example.com/token",
  body: {},
  contentType: "application/json",
  headers: {},
};

let now: number;
let asked: number;
beforeEach(() => {
  now = Date.parse("2026-01-02T03:04:05Z");
  asked = 0;
});

const tokens = (expiresInSeconds: number) =>
  tokenCache(
    {
      request: async () => {
        asked += 1;
        return await Promise.resolve({ kind: "token", accessToken: `token ${asked}`, expiresInSeconds });
      },
    },
    () => now,
  );

it("uses a token until its last minute", async () => {
  const cache = tokens(300);
  await cache.get("a", auth);
  now += 239_999;
  expect(await cache.get("a", auth)).toMatchObject({ value: "token 1" });
  now += 1;
  expect(await cache.get("a", auth)).toMatchObject({ value: "token 2" });
});

it("uses a token of less than a minute once, although all who wait for it get it", async () => {
  const cache = tokens(30);
  const both = await Promise.all([cache.get("a", auth), cache.get("a", auth)]);
  expect(both.map((token) => token?.value)).toEqual(["token 1", "token 1"]);
  expect(await cache.get("a", auth)).toMatchObject({ value: "token 2" });
});

it("asks again after a failure, and when a token was discarded", async () => {
  let isDown = true;
  const cache = tokenCache(
    {
      request: async () => {
        asked += 1;
        if (isDown) throw new Error("no network");
        return await Promise.resolve({ kind: "token", accessToken: `token ${asked}`, expiresInSeconds: 300 });
      },
    },
    () => now,
  );
  await expect(cache.get("a", auth)).rejects.toThrow("no network");
  isDown = false;
  expect(await cache.get("a", auth)).toMatchObject({ value: "token 2" });
  cache.discard("a");
  expect(await cache.get("a", auth)).toMatchObject({ value: "token 3" });
});

it("reads settings once, and again only when they were missing", async () => {
  const found = { target: "https://example.com", authToken: "", auth: { type: "none" }, customHeaders: {} } as const;
  const cache = settingsCache({
    find: async (_webhookId, revision) => {
      asked += 1;
      return await Promise.resolve(revision === 1 ? found : undefined);
    },
  });
  expect(await Promise.all([cache.find("w", 1), cache.find("w", 1)])).toEqual([found, found]);
  expect(asked).toBe(1);
  expect([await cache.find("w", 2), await cache.find("w", 2)]).toEqual([undefined, undefined]);
  expect(asked).toBe(3);
});

it.each([
  [45_000, 44_999, 1],
  [45_000, 45_000, 2],
  [0, 0, 2],
])("with an age of %i ms, reads definitions that were read %i ms ago %i time(s)", async (maxAgeMs, later, times) => {
  const list = async () => {
    asked += 1;
    return await Promise.resolve([]);
  };
  const cache = routerCache({ webhooks: { list }, maxAgeMs, now: () => now });
  await cache.routerOf("1");
  now += later;
  await cache.routerOf("1");
  expect(asked).toBe(times);
});
