import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { curlCommand, sentCommand, shellWord } from "#shared/text/curl.ts";
import { type PostedWebhook, postCommand } from "#shared/text/post-command.ts";

/** The words that curl would get from a shell. */
const words = (text: string, env: Readonly<Record<string, string>> = {}): readonly string[] => {
  const script = `curl() { for word in "$@"; do printf '%s\\0' "$word"; done; }\n${text}`;
  const options = { env: { PATH: process.env["PATH"], ...env } };
  return execFileSync("bash", ["--norc", "-c", script], options).toString().split("\0").slice(0, -1);
};

const webhook: PostedWebhook = { target: "https://in.example.com/a", auth_type: "none" };
const batch = { batchId: "batch-1", version: "1.2.3", source: { text: "echo '[]'", variables: [] } };

it("a word is taken literally by a shell, whatever is in it", () => {
  for (const text of ["", "a b", "it's", '$HOME "x" `id`', "a\nb", "\\", "-e", "#x", "~"]) {
    expect(execFileSync("bash", ["-c", `printf %s ${shellWord(text)}`]).toString()).toBe(text);
  }
});

describe("a request as curl", () => {
  it("names URL, headers and body literally", () => {
    const request = {
      method: "PUT",
      url: "https://x.example.com/[1-9]?a={b}&c='$HOME'",
      headers: [["X-A", "it's"]],
    } as const;
    expect(words(curlCommand({ ...request, body: "@file" }))).toEqual([
      "--globoff",
      "-X",
      "PUT",
      request.url,
      "-H",
      "X-A: it's",
      "--data-raw",
      "@file",
    ]);
  });

  it("leaves masked values of a request that was sent to variables", () => {
    const headers = { authorization: "****abcd", "x-messagesystems-webhook-token": "****", "x-team": "****cret" };
    const text = sentCommand({ method: "POST", url: "https://x.example.com/", headers, body: "[]" });
    expect(text).not.toContain("****");
    const env = { AUTHORIZATION: "Basic YTpi", WEBHOOK_TOKEN: "t k", HEADER_X_TEAM: "mail" };
    expect(words(text, env)).toEqual(
      expect.arrayContaining(["authorization: Basic YTpi", "x-messagesystems-webhook-token: t k", "x-team: mail"]),
    );
  });
});

describe("the POST of a batch", () => {
  it("takes secrets from variables, one for each header, and begins with nothing while one is not set", () => {
    const { text, variables } = postCommand(
      {
        ...webhook,
        auth_token: "****cret",
        auth_type: "basic",
        auth_credentials: { username: "me" },
        custom_headers: { "X-Team id": "****", "X-Team-id": "****" },
      },
      batch,
    );
    expect(variables).toEqual(["WEBHOOK_TOKEN", "HEADER_X_TEAM_ID", "HEADER_X_TEAM_ID_2", "WEBHOOK_PASSWORD"]);
    expect(text).not.toContain("****");
    const env = { WEBHOOK_TOKEN: "a b", HEADER_X_TEAM_ID: "one", HEADER_X_TEAM_ID_2: "two", WEBHOOK_PASSWORD: "p'w" };
    expect(words(text, env)).toEqual(
      expect.arrayContaining([
        "X-MessageSystems-Webhook-Token: a b",
        "X-Team id: one",
        "X-Team-id: two",
        "-u",
        "me:p'w",
      ]),
    );
    const { WEBHOOK_TOKEN: _, ...less } = env;
    expect(() => words(text, less)).toThrow("WEBHOOK_TOKEN");
  });

  it("is not made when the body cannot be read", () => {
    const { text } = postCommand(webhook, { ...batch, source: { text: "false", variables: [] } });
    expect(() => words(text)).toThrow(expect.objectContaining({ status: 1, stdout: Buffer.alloc(0) }));
  });

  it("has a custom user agent once, and a custom trace", () => {
    const custom = { "user-agent": "****", TraceParent: "****" };
    const { text } = postCommand({ ...webhook, custom_headers: custom }, batch);
    const env = { HEADER_USER_AGENT: "mine", HEADER_TRACEPARENT: "theirs" };
    const found = words(text, env).filter((word) => /^(user-agent|traceparent)/i.test(word));
    expect(found).toEqual(["user-agent: mine", "TraceParent: theirs"]);
  });

  it("is in the trace of the batch", () => {
    const batchId = "9d0c4d0e-6a5b-5c3f-8f0e-2b1a7c9d4e11";
    const { text } = postCommand(webhook, { ...batch, batchId });
    const traceparent = "traceparent: 00-9d0c4d0e6a5b5c3f8f0e2b1a7c9d4e11-8f0e2b1a7c9d4e11-01";
    expect(words(text)).toContain(traceparent);
  });
});
