import { describe, expect, it } from "vitest";
import { covers, hashApiKey, keyFromAuthorization } from "#shared/api-key.ts";

const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

describe("key in an Authorization value", () => {
  it.each([
    ["raw", "abc123", "abc123"],
    ["raw with spaces around", "  abc123 ", "abc123"],
    ["Basic with the key as user", basic("abc123:"), "abc123"],
    ["Basic in lower case, with a password", basic("abc123:pw").replace("Basic", "basic"), "abc123"],
    ["absent", undefined, undefined],
    ["empty", "", undefined],
    ["Basic without a user", basic(":pw"), undefined],
    ["far too long", "x".repeat(2_000), undefined],
  ])("%s", (_, value, expected) => {
    expect(keyFromAuthorization(value)).toBe(expected);
  });
});

it("stores keys as SHA-256", () => {
  expect(hashApiKey("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

it("modify includes view, nothing else includes anything", () => {
  expect(covers(["webhooks/modify"], "webhooks/view")).toBe(true);
  expect(covers(["webhooks/view"], "webhooks/modify")).toBe(false);
  expect(covers(["api_keys/manage"], "ingest/write")).toBe(false);
});
