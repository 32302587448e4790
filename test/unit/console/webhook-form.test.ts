import { describe, expect, it } from "vitest";
import type { Webhook } from "#shared/contract/api/webhook.ts";
import {
  asCommand,
  asCurl,
  asImportFile,
  missingInCommand,
  missingInImportFile,
} from "../../../console/pages/webhook-form/as-code.ts";
import { categoriesOf, matching, takesType, withTypes } from "../../../console/components/event-choices.ts";
import { contentValuesOf } from "../../../console/pages/webhook-form/content/content-values.ts";
import { problemsOf, problemsOfAnswer } from "../../../console/pages/webhook-form/form-problems.ts";
import {
  changedFieldsOf,
  fieldsOf,
  type FormValues,
  formValuesOf,
  newFormValues,
} from "../../../console/pages/webhook-form/form-values.ts";
import { saveNotice } from "../../../console/pages/webhook-form/save-notice.ts";
import { allTypesText, authText } from "../../../console/pages/webhook/facts-text.ts";
import { sentRequestText } from "../../../console/pages/webhook-form/sent-request.ts";

const filled: FormValues = {
  ...newFormValues,
  name: "  feed ",
  target: "https://in.example.net/hook",
  events: ["delivery", "bounce"],
};

const stored: Webhook = {
  id: "5b0f6c10-3c1d-4aee-9a2f-0242ac120002",
  name: "feed",
  target: "https://in.example.net/hook",
  events: ["delivery"],
  events_mode: "selected",
  filter: null,
  fields: null,
  mask: [],
  active: true,
  auth_type: "oauth2",
  auth_request_details: { url: "https://id.example.net/token", body: { client_id: "a", client_secret: "****et" } },
  auth_credentials: {},
  auth_token: "****cret",
  custom_headers: { "X-Team": "****" },
  signing: true,
  compression: "gzip",
  batch_size: 500,
  max_batch_bytes: 1_048_576,
  keep_bodies_days: 0,
  active_at: "2026-01-02T03:05:05.000Z",
  created_at: "2026-01-02T03:04:05.000Z",
  updated_at: "2026-01-02T03:04:05.000Z",
  etag: '"1"',
  links: [],
};

describe("what is sent", () => {
  it("leaves the types out when all are wanted, so that future ones come too", () => {
    expect(fieldsOf(filled)).toMatchObject({ name: "feed", events_mode: "selected", events: ["delivery", "bounce"] });
    const all = fieldsOf({ ...filled, eventsMode: "all" });
    expect(all.events_mode).toBe("all");
    expect(all).not.toHaveProperty("events");
  });

  it("is nothing when nothing was changed, masks included", () => {
    const before = formValuesOf(stored);
    expect(changedFieldsOf(before, before)).toEqual({});
  });

  it("is only what was changed; masks stand for the secrets beside a changed one", () => {
    const before = formValuesOf(stored);
    const headers = [...before.headers, { name: "X-Region", value: "eu" }];
    expect(changedFieldsOf({ ...before, headers, batchSize: "100" }, before)).toEqual({
      custom_headers: { "X-Team": "****", "X-Region": "eu" },
      batch_size: 100,
    });
  });
});

describe("the token request", () => {
  it("carries headers, and nested values when it is JSON", () => {
    const details = { url: "https://id.example.net/token", body: { client_id: "a", claims: { aud: ["x"] } } };
    const before = formValuesOf({
      ...stored,
      auth_request_details: { ...details, content_type: "application/json", headers: { "X-Env": "****" } },
    });
    expect(fieldsOf(before).auth_request_details).toMatchObject({ ...details, headers: { "X-Env": "****" } });
    expect(fieldsOf({ ...before, tokenFields: [{ name: "a", value: "{ no JSON" }] }).auth_request_details.body).toEqual(
      {
        a: "{ no JSON",
      },
    );
    const asForm = fieldsOf({ ...before, tokenContentType: "application/x-www-form-urlencoded" });
    expect(asForm.auth_request_details.body).toEqual({ client_id: "a", claims: '{"aud":["x"]}' });
  });
});

describe("problems", () => {
  it("are named before anything is sent", () => {
    expect(Object.keys(problemsOf(newFormValues))).toEqual(["name", "target", "events"]);
    expect(problemsOf(filled)).toEqual({});
    expect(problemsOf({ ...filled, target: "ftp://x" }).target).toMatch(/https:\/\/ or http:\/\//);
    expect(problemsOf({ ...filled, target: "https://u:p@x/" }).target).toMatch(/user name/);
    expect(problemsOf({ ...filled, batchSize: "0" }).batchSize).toMatch(/1 to 10000/);
    expect(problemsOf({ ...filled, batchSize: "1.5" }).batchSize).toBeDefined();
    expect(problemsOf({ ...filled, authType: "basic" }).auth).toBeDefined();
    const own = `whsec_${"A".repeat(32)}`;
    expect(problemsOf({ ...filled, signing: true, signingSecret: ` ${own} ` }).signingSecret).toBeUndefined();
    expect(problemsOf({ ...filled, signing: true, signingSecret: "secret" }).signingSecret).toMatch(/24 to 64 bytes/);
    expect(problemsOf({ ...filled, signing: false, signingSecret: "secret" }).signingSecret).toBeUndefined();
    expect(fieldsOf({ ...filled, signing: true, signingSecret: ` ${own} ` }).signing_secret).toBe(own);
    expect(asCommand({ ...filled, signing: true, signingSecret: own }, "https://x.example")).toContain(
      "--signing-secret env:WEBHOOK_SECRET",
    );
    expect(problemsOf({ ...filled, eventsMode: "all", events: [] })).toEqual({});
  });

  it("of the API are shown at the field that caused them", () => {
    const found = problemsOfAnswer([
      { message: "'events[2]' must be one of: click" },
      { message: "'custom_headers.Host' is a reserved header", fix: "Leave it out." },
      { message: "POST to webhook target URL failed with non-2xx response code 401: ", reason: "auth_rejected" },
      { message: "something else" },
    ]);
    expect(found).toEqual({
      events: "'events[2]' must be one of: click",
      headers: "'custom_headers.Host' is a reserved header. Leave it out.",
      authToken: "POST to webhook target URL failed with non-2xx response code 401",
    });
  });
});

describe("as code", () => {
  it("is the shortest request that makes the same webhook, safe for a shell", () => {
    const text = asCurl({ ...filled, name: "Ann's feed" }, "https://x.example/api/v1/webhooks");
    expect(text).toContain("https://x.example/api/v1/webhooks");
    expect(text).toContain(String.raw`Ann'\''s feed`);
    expect(text).not.toContain("batch_size");
    expect(asCurl({ ...filled, batchSize: "50" }, "https://x.example")).toContain('"batch_size": 50');
  });

  it("has the filter, the fields and the mask, in a request, a command and a file", () => {
    const content = {
      filter: {
        and: [
          { field: "campaign_id", eq: "Ann's" },
          { field: ["rcpt_meta", "a.b"], exists: false },
        ],
      },
      fields: { include: ["campaign_id"] },
      mask: ["rcpt_to", "raw_rcpt_to"],
    } satisfies Partial<Webhook>;
    const values = { ...filled, ...contentValuesOf(content) };
    expect(fieldsOf(values)).toMatchObject(content);
    const curl = asCurl(values, "https://x.example");
    for (const text of ['"field": "campaign_id"', '"exists": false', '"mask": [']) expect(curl).toContain(text);
    const command = asCommand(values, "https://x.example");
    expect(command).toContain("--mask rcpt_to,raw_rcpt_to");
    expect(command).toContain(String.raw`--filter '{"and":[{"field":"campaign_id","eq":"Ann'\''s"}`);
    expect(JSON.parse(asImportFile(values))).toEqual([
      { name: "feed", target: "https://in.example.net/hook", events: ["delivery", "bounce"], ...content },
    ]);
    const dotted = { ...values, mask: ['["a.b"]'] };
    expect(missingInCommand(dotted)).toEqual(["masked fields with a dot or a comma in a name"]);
  });

  it("has the days that delivered bodies are kept, in a request and a command", () => {
    const values = { ...filled, keepBodiesDays: "3" };
    expect(asCurl(values, "https://x.example")).toContain('"keep_bodies_days": 3');
    expect(asCommand(values, "https://x.example")).toContain("--keep-bodies 3");
    expect(asCommand(filled, "https://x.example")).not.toContain("--keep-bodies");
    expect(missingInImportFile(values)).toEqual(["days that delivered bodies are kept"]);
  });

  it("says what a webhooks.json and the command line cannot", () => {
    expect(JSON.parse(asImportFile(filled))).toEqual([
      { name: "feed", target: "https://in.example.net/hook", events: ["delivery", "bounce"] },
    ]);
    expect(missingInImportFile(filled)).toEqual([]);
    const narrowed = { ...filled, eventsMode: "all", compression: "gzip", active: false, batchSize: "7" } as const;
    expect(missingInImportFile({ ...narrowed, authType: "basic", signing: true })).toEqual([
      "authentication",
      "signing",
    ]);
    expect(JSON.parse(asImportFile(narrowed))).toEqual([
      {
        name: "feed",
        target: "https://in.example.net/hook",
        events_mode: "all",
        active: false,
        batch_size: 7,
        compression: "gzip",
      },
    ]);
    expect(missingInCommand(filled)).toEqual([]);
    const tokenFields = [...filled.tokenFields, { name: "audience", value: "x" }];
    expect(missingInCommand({ ...filled, tokenFields })).toEqual([]);
    expect(missingInCommand({ ...filled, authType: "oauth2", tokenFields })).toEqual([
      "further fields of the token request",
    ]);
  });

  it("shows the headers that a batch will carry", () => {
    const text = sentRequestText({ ...filled, compression: "gzip", authToken: "secret" }, [
      { msys: { message_event: { type: "bounce" } } },
    ]);
    expect(text).toContain("POST /hook HTTP/1.1\nHost: in.example.net");
    expect(text).toContain("Content-Encoding: gzip");
    expect(text).toContain("X-MessageSystems-Webhook-Token: secret");
    expect(text).toContain('"type": "bounce"');
  });
});

describe("the event picker", () => {
  const event = (name: string) => ({ display_name: name, description: `About ${name}`, event: {} });
  const categories = categoriesOf({
    message_event: { display_name: "Message Events", description: "", events: { bounce: event("Bounce") } },
    track_event: {
      display_name: "Engagement Events",
      description: "",
      events: { open: event("Open"), click: event("Click") },
    },
  });
  const order = ["bounce", "open", "click"];

  it("has the categories and types of the documentation", () => {
    expect(categories.map(({ name, choices }) => [name, choices.map(({ type }) => type)])).toEqual([
      ["Message", ["bounce"]],
      ["Engagement", ["open", "click"]],
    ]);
  });

  it("finds a type by its name, description or category", () => {
    const found = (text: string) =>
      matching(categories, text).flatMap(({ choices }) => choices.map(({ type }) => type));
    expect([found("ENGAGE"), found("about bou"), found("nothing")]).toEqual([["open", "click"], ["bounce"], []]);
  });

  it("keeps the catalogue's order, and types that it does not know", () => {
    expect(withTypes(["click", "old_type"], ["bounce"], { on: true, order })).toEqual(["bounce", "click", "old_type"]);
    expect(withTypes(order, ["open", "click"], { on: false, order })).toEqual(["bounce"]);
  });
});

describe("what saving says that it will do", () => {
  const before = formValuesOf(stored);
  it.each([
    ["another name", { name: "renamed" }, "no test POST"],
    ["the same target with blanks", { target: ` ${stored.target} ` }, "no test POST"],
    [
      "another target",
      { target: "https://in.example.net/other" },
      "a test POST to the target, because the target changes",
    ],
    ["compression", { compression: "zstd" }, "a test POST to the target, because the compression changes"],
  ] as const)("names the test POST that the API sends, or does not, for %s", (_, change, expected) => {
    const compressed = { ...before, compression: "gzip" } as const;
    expect(saveNotice({ ...before, ...change }, before, 0)).toContain(`Saving sends ${expected}`);
    expect(saveNotice({ ...compressed, ...change }, compressed, 0)).toContain(`Saving sends ${expected}`);
    expect(saveNotice(before, compressed, 0)).toContain("Saving sends no test POST");
  });
});

describe("the facts of a webhook", () => {
  it("a webhook of all types takes events about webhooks only where it names them", () => {
    const all = { events: [], events_mode: "all" } as const;
    const named = { events: ["click", "webhook_failing"], events_mode: "all" } as const;
    expect([takesType(all, "click"), takesType(all, "webhook_failing"), takesType(named, "webhook_failing")]).toEqual([
      true,
      false,
      true,
    ]);
    expect(allTypesText({ events: [] })).toBe("All, also future ones; of those about webhooks none");
    expect(allTypesText({ events: [...named.events] })).toContain("of those about webhooks only webhook_failing");
  });

  it("say who authenticates and where the token comes from", () => {
    const none = { auth_type: "none", auth_token: "", auth_credentials: {}, auth_request_details: {} } as const;
    expect(authText(none)).toBe("None");
    expect(authText({ ...none, auth_token: "****et" })).toBe("Token header");
    const basic = { ...none, auth_type: "basic", auth_credentials: { username: "ann" } } as const;
    expect(authText({ ...basic, auth_token: "****et" })).toBe("Basic, user \u2068ann\u2069, token header");
    expect(authText(stored)).toContain("OAuth 2.0, token from \u2068https://id.example.net/token\u2069");
  });
});
