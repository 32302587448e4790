import { execFileSync } from "node:child_process";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Webhook, webhook } from "../../../cli/answers/webhook.ts";
import { curlText, curlVariables } from "../../../cli/curl-text.ts";

const plain = webhook.parse({
  id: "5b0f6c10-3c1d-4aee-9a2f-0242ac120002",
  name: "crm",
  target: "https://in.example.com/it's?a=1&b=$HOME",
  events: [],
  events_mode: "all",
  active: true,
  auth_type: "none",
  active_at: "2026-01-02T03:05:05.000Z",
  etag: '"1"',
  batch_size: 10_000,
  max_batch_bytes: 1_000_000,
});

/** The words that curl would get, and its standard input, from a shell. */
const shell = (item: Webhook, env: Readonly<Record<string, string>> = {}) => {
  const script = `curl() { for word in "$@"; do printf '%s\\0' "$word"; done; printf '\\0\\0'; cat; }\nprintf '[]' | ${curlText(item, "batch-1")}`;
  const output = execFileSync("bash", ["--norc", "-c", script], { env: { PATH: process.env["PATH"], ...env } });
  const end = output.indexOf("\0\0\0");
  return { words: output.subarray(0, end).toString().split("\0"), body: output.subarray(end + 3) };
};

describe("a POST as curl", () => {
  it("names target and headers literally, whatever is in them", () => {
    expect(shell(plain)).toEqual({
      words: [
        "-X",
        "POST",
        plain.target,
        "-H",
        "Content-Type: application/json",
        "-H",
        "X-MessageSystems-Batch-ID: batch-1",
        "--data-binary",
        "@-",
      ],
      body: Buffer.from("[]"),
    });
  });

  it("takes secrets from variables, which it lists", () => {
    const item = {
      ...plain,
      auth_token: "****cret",
      custom_headers: { "X-Team id": "****" },
      auth_type: "basic",
      auth_credentials: { username: "me" },
    };
    expect(curlVariables(item)).toEqual(["WEBHOOK_TOKEN", "HEADER_X_TEAM_ID", "WEBHOOK_PASSWORD"]);
    const env = { WEBHOOK_TOKEN: "a b", HEADER_X_TEAM_ID: "mail", WEBHOOK_PASSWORD: "p'w" };
    expect(shell(item, env).words).toEqual(
      expect.arrayContaining(["X-MessageSystems-Webhook-Token: a b", "X-Team id: mail", "-u", "me:p'w"]),
    );
    expect(curlText(item, "b")).not.toContain("****");
  });

  it("gets an access token for OAuth 2, and sends gzip where the webhook does", () => {
    const item = { ...plain, auth_type: "oauth2", compression: "gzip" };
    const { words, body } = shell(item, { ACCESS_TOKEN: "abc" });
    expect(words).toEqual(expect.arrayContaining(["Authorization: Bearer abc", "Content-Encoding: gzip"]));
    expect(String(gunzipSync(body))).toBe("[]");
  });
});
