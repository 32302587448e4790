import { randomUUID } from "node:crypto";
import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  type PlanRow,
  type RegisteredWebhook,
  matchEntries,
  nameOfEntry,
  planImport,
  registeredOf,
} from "../../../lambdas/api/webhooks/import-plan.ts";
import type { ImportEntry } from "#shared/contract/api/import.ts";
import { parseImportFile } from "../../../lambdas/api/webhooks/requests.ts";
import { maskSettings } from "#shared/webhooks/settings.ts";
import { RequestError } from "#shared/errors.ts";
import { onPremisesEventKeys } from "#shared/contract/words.ts";
import { webhook } from "../../support/builders.ts";

interface State {
  readonly name: string;
  readonly target: string;
  readonly events: readonly string[];
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly eventsMode?: "selected" | "all";
  readonly active?: boolean;
}

const registered = (state: State, webhookId: string = randomUUID()): RegisteredWebhook => {
  const { name, target, events, token = "", headers = {}, eventsMode = "selected", active = true } = state;
  const settings = { target, authToken: token, auth: { type: "none" }, customHeaders: headers } as const;
  return {
    settings,
    webhook: webhook({ webhookId, name, events, eventsMode, active, maskedSettings: maskSettings(settings) }),
  };
};

/** Plans an import; undefined when it is ambiguous. */
const plan = (
  entries: readonly ImportEntry[],
  state: readonly RegisteredWebhook[],
  prune = false,
): readonly PlanRow[] | undefined => {
  const webhooks = state.map((item) => item.webhook);
  const { matches, ambiguities } = matchEntries(entries, webhooks.map(registeredOf));
  if (ambiguities.length > 0) return undefined;
  const found = matches.map((id) => state.find((item) => item.webhook.webhookId === id));
  return planImport({ entries, matches: found, webhooks, prune });
};

/** What is registered after a plan was applied without a failure. */
const apply = (rows: readonly PlanRow[], entries: readonly ImportEntry[], stored: readonly RegisteredWebhook[]) =>
  rows.flatMap((row): readonly RegisteredWebhook[] => {
    if (row.kind === "remove") return [];
    const before = row.kind === "add" ? undefined : stored.find((item) => item.webhook === row.webhook);
    if (before !== undefined && row.kind !== "change") return [before];
    const entry = row.kind === "add" || row.kind === "change" ? entries[row.position] : undefined;
    if (entry === undefined) throw new Error("a row without its entry");
    const { events, target, auth_token: token, custom_headers: headers } = entry;
    const name = entry.name ?? before?.webhook.name ?? nameOfEntry(entry);
    const { events_mode: eventsMode, active = before?.webhook.active ?? true } = entry;
    // A webhook that takes all keeps the list that it has.
    const kept = eventsMode === "all" ? (before?.webhook.events ?? []) : events;
    const state = { name, events: kept, eventsMode, target, token, headers, active };
    return [registered(state, before?.webhook.webhookId)];
  });

// Few different values, so that names and targets collide often.
const targets = fc.constantFrom(
  "https://a.example/1",
  "https://a.example/2",
  "https://b.example/",
  "http://c.example/",
);
const names = fc.constantFrom("a.example", "b.example", "one", "two");
const events = fc.uniqueArray(fc.constantFrom("delivery", "bounce", "click"), { minLength: 1 });
const token = fc.constantFrom("", "secret-token-1", "secret-token-2");
const headers = fc.dictionary(fc.constantFrom("X-A", "X-B"), fc.constantFrom("1", "2"));
const entry: fc.Arbitrary<ImportEntry> = fc
  .record({
    name: fc.option(names, { nil: undefined }),
    target: targets,
    events,
    events_mode: fc.constantFrom("selected" as const, "all" as const),
    auth_token: token,
    custom_headers: headers,
    active: fc.option(fc.boolean(), { nil: undefined }),
    notTaken: fc.constant([]),
  })
  .map(({ active, ...fields }) => (active === undefined ? fields : { ...fields, active }));
const entryList = fc.array(entry, { maxLength: 4 });
const state = fc.array(
  fc
    .record({ name: names, target: targets, events, token, headers, eventsMode: fc.constantFrom("selected", "all") })
    .map((fields) => registered(fields as State)),
  { maxLength: 4 },
);

describe("every plan", () => {
  it.prop([entryList, state, fc.boolean()])("leads to a second run that changes nothing", (file, before, prune) => {
    const rows = plan(file, before, prune);
    if (rows === undefined) return;
    const second = plan(file, apply(rows, file, before), prune);
    expect(second?.map(({ kind }) => kind).filter((kind) => kind !== "only_registered")).toEqual(
      file.map(() => "same"),
    );
  });

  it.prop([entryList, state, fc.boolean()])(
    "has each entry once, then each other webhook once",
    (file, before, prune) => {
      const rows = plan(file, before, prune) ?? [];
      if (rows.length === 0) return;
      expect(rows.flatMap((row) => ("position" in row ? [row.position] : []))).toEqual([...file.keys()]);
      const ids = rows.flatMap((row) => ("webhook" in row ? [row.webhook.webhookId] : []));
      expect(ids.toSorted()).toEqual(before.map((item) => item.webhook.webhookId).toSorted());
      expect(rows.slice(file.length).every(({ kind }) => kind === (prune ? "remove" : "only_registered"))).toBe(true);
    },
  );

  it.prop([entryList, state])("does not depend on the order of what is registered", (file, before) => {
    expect(plan(file, before.toReversed())?.slice(0, file.length)).toEqual(plan(file, before)?.slice(0, file.length));
  });

  it.prop([entryList, state])("shows no secret", (file, before) => {
    const shown = plan(file, before)?.map((row) => (row.kind === "change" ? row.changes : []));
    expect(JSON.stringify(shown ?? [])).not.toMatch(/secret-token/);
  });
});

const one = (fields: Partial<ImportEntry> = {}): ImportEntry => ({
  name: "crm",
  target: "https://crm.example.com/hook",
  events: ["bounce"],
  events_mode: "selected",
  auth_token: "",
  custom_headers: {},
  notTaken: [],
  ...fields,
});
const crm = { name: "crm", target: "https://crm.example.com/hook", events: ["bounce"] } as const;

describe("an entry stands for", () => {
  it("the webhook of its name, although its target has moved", () => {
    const rows = plan([one({ target: "https://new.example.com/" })], [registered(crm)]);
    expect(rows).toMatchObject([
      { kind: "change", changes: [{ field: "target", from: crm.target, to: "https://new.example.com/" }] },
    ]);
  });

  it("else the webhook of its target, which it renames", () => {
    const rows = plan([one({ name: "sales" })], [registered(crm)]);
    expect(rows).toMatchObject([{ kind: "change", changes: [{ field: "name", from: "crm", to: "sales" }] }]);
  });

  it("the webhook of its target, whose name stays, when the file gives none", () => {
    expect(plan([one({ name: undefined })], [registered(crm)])).toMatchObject([{ kind: "same" }]);
  });

  it("a new webhook, named after the target's host when the file gives no name", () => {
    expect(plan([one({ name: undefined })], [])).toMatchObject([{ kind: "add", name: "crm.example.com" }]);
  });

  it("the one of several webhooks of its name that has its target", () => {
    const others = [registered({ ...crm, target: "https://x.example/" }), registered(crm)];
    expect(plan([one()], others)).toMatchObject([{ kind: "same" }, { kind: "only_registered" }]);
  });

  it.each([
    [
      "two webhooks of its name",
      [one({ target: "https://n.example/" })],
      [crm, { ...crm, target: "https://x.example/" }],
    ],
    ["two webhooks of its target", [one({ name: "n" })], [crm, { ...crm, name: "x" }]],
    ["a webhook that another entry may be, too", [one({ name: "x" }), one({ name: "y" })], [crm]],
    ["the same as another entry", [one(), one({ events: ["click"] })], []],
    ["the same as another entry without names", [one({ name: undefined }), one({ name: undefined })], []],
  ])("nothing that can be told, if it fits %s", (_, entries, states) => {
    expect(
      plan(
        entries,
        states.map((item) => registered(item)),
      ),
    ).toBeUndefined();
  });
});

describe("a change", () => {
  it("names what differs and updates nothing else", () => {
    const before = registered({
      ...crm,
      token: "old-secret-0001",
      headers: { "X-A": "1", "X-B": "1" },
      eventsMode: "all",
    });
    const wanted = one({
      events: ["bounce", "open"],
      auth_token: "new-secret-0002",
      custom_headers: { "X-B": "2", "X-C": "" },
    });
    expect(plan([wanted], [before])).toMatchObject([
      {
        changes: [
          { field: "events_mode", from: "all", to: "selected" },
          { field: "events", added: ["open"], removed: [] },
          { field: "auth_token", from: "****0001", to: "****0002" },
          { field: "custom_headers", added: ["X-C"], changed: ["X-B"], removed: ["X-A"] },
        ],
        update: {
          events_mode: "selected",
          events: ["bounce", "open"],
          auth_token: "new-secret-0002",
          custom_headers: { "X-B": "2", "X-C": "" },
        },
      },
    ]);
  });

  it("is not made of a mask that is null where there is none", () => {
    const [unmasked] = parseImportFile([{ ...crm, mask: null, filter: null, fields: null }]);
    expect(plan(unmasked === undefined ? [] : [unmasked], [registered(crm)])).toMatchObject([{ kind: "same" }]);
  });

  it("is not made of another order of events", () => {
    const before = registered({ ...crm, events: ["open", "bounce"] });
    expect(plan([one({ events: ["bounce", "open"] })], [before])).toMatchObject([{ kind: "same" }]);
  });

  it("takes away a token that the file does not have", () => {
    expect(plan([one()], [registered({ ...crm, token: "old-secret-0001" })])).toMatchObject([
      { changes: [{ field: "auth_token", from: "****0001", to: "" }], update: { auth_token: "" } },
    ]);
  });
});

describe("the file", () => {
  const target = "https://in.example.net/t";

  it("is taken as the product has it", () => {
    const file = [
      {
        name: "crm",
        events: ["bounce", "spam_complaint"],
        target: "https://crm.example.com/hook",
        auth_token: "s3cret",
      },
      { events: ["open", "click"], target, custom_headers: { "x-api-key": "k-17" } },
      { name: null, events: onPremisesEventKeys, target, unknown: 1 },
    ];
    expect(parseImportFile(file)).toMatchObject([
      { name: "crm", auth_token: "s3cret", custom_headers: {} },
      { target, auth_token: "", custom_headers: { "x-api-key": "k-17" } },
      { events: [...onPremisesEventKeys] },
    ]);
  });

  it.each([
    [
      "an unknown event",
      { target, events: ["open", "deliverd"] },
      "'entries[1].events[1]' is not known (did you mean 'delivery'?), and must be one of",
    ],
    ["no event", { target, events: [] }, "'entries[1].events' must contain at least one event"],
    ["no list of events", { target }, "'entries[1].events' is required"],
    ["no target", { events: ["open"] }, "'entries[1].target' is required"],
    ["a target that is none", { target: "ftp://x", events: ["open"] }, "'entries[1].target': The URL must begin"],
    ["a masked token", { target, events: ["open"], auth_token: "****abcd" }, "'entries[1].auth_token' must not start"],
    [
      "a masked header",
      { target, events: ["open"], custom_headers: { a: "****" } },
      "'entries[1].custom_headers' must",
    ],
    [
      "a reserved header",
      { target, events: ["open"], custom_headers: { Host: "a" } },
      "'entries[1].custom_headers.Host'",
    ],
    ["an empty name", { target, events: ["open"], name: " " }, "'entries[1].name' must not be empty"],
    ["no object", 7, "'entries[1]' must be an object"],
  ])("with %s is refused with the position", (_, bad, message) => {
    const file = [{ target, events: ["open"] }, bad];
    expect(() => parseImportFile(file)).toThrow(
      expect.objectContaining({ status: 422, message: expect.stringContaining(message) }),
    );
  });

  it.each([null, {}, "[]", 7])("%j is no file", (content) => {
    expect(() => parseImportFile(content)).toThrow(RequestError);
  });

  it("may name hosts longer than a name may be", () => {
    expect(nameOfEntry(one({ name: undefined, target: `https://${"a.".repeat(200)}example/` }))).toHaveLength(255);
  });
});
