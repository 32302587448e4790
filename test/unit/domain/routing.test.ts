import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { compileRouter } from "#shared/webhooks/routing.ts";
import { subscription } from "../../support/builders.ts";

const takes = (fields: Parameters<typeof subscription>[0], type: string, subaccountId?: string): boolean =>
  compileRouter([subscription(fields)])({ type, subaccountId }).length === 1;

describe("event types", () => {
  it("goes to webhooks that name the type", () => {
    expect(takes({ events: ["delivery"] }, "delivery")).toBe(true);
    expect(takes({ events: ["delivery"] }, "bounce")).toBe(false);
  });

  it("knows the names that a mail server uses inside", () => {
    expect(takes({ events: ["injection"] }, "reception")).toBe(true);
    expect(takes({ events: ["bounce"] }, "inband")).toBe(true);
  });

  it("sends unknown types to webhooks that take all", () => {
    expect(takes({ events: ["delivery"] }, "brand_new")).toBe(false);
    expect(takes({ eventsMode: "all", events: [] }, "brand_new")).toBe(true);
  });

  it("sends events about webhooks to those that name them, also when they take all", () => {
    expect(takes({ eventsMode: "all", events: [] }, "webhook_failing")).toBe(false);
    expect(takes({ eventsMode: "all", events: ["webhook_failing"] }, "webhook_failing")).toBe(true);
    expect(takes({ eventsMode: "all", events: ["webhook_failing"] }, "webhook_recovered")).toBe(false);
    expect(takes({ events: ["webhook_failing"] }, "webhook_failing")).toBe(true);
  });

  it("sends no event about a webhook to that webhook", () => {
    const [one, other] = ["1", "2"].map((webhookId) => subscription({ webhookId, events: ["webhook_failing"] }));
    const route = compileRouter([one, other].filter((each) => each !== undefined));
    const aboutOne = { type: "webhook_failing", subaccountId: undefined, about: "1" };
    for (let time = 0; time < 2; time += 1) {
      expect(route(aboutOne)).toEqual([other]);
      expect(route({ ...aboutOne, about: "2" })).toEqual([one]);
      expect(route({ ...aboutOne, about: "3" })).toEqual([one, other]);
    }
  });

  it("sends an event about a webhook of all sub-accounts to webhooks of all, and to none of the primary account", () => {
    const events = ["webhook_failing"];
    const [all, allBut, primary, one] = [
      subscription({ webhookId: "1", events }),
      subscription({ webhookId: "2", events, exceptionSubaccounts: [0] }),
      subscription({ webhookId: "3", events, subaccountId: 0 }),
      subscription({ webhookId: "4", events, subaccountId: 5 }),
    ];
    const route = compileRouter([all, allBut, primary, one]);
    const about = (subaccountId?: string) => route({ type: "webhook_failing", subaccountId, about: "9" });
    expect(about()).toEqual([all, allBut]);
    expect(about("0")).toEqual([all, primary]);
    expect(about("5")).toEqual([all, allBut, one]);
  });

  it("sends nothing to an inactive webhook", () => {
    expect(takes({ active: false }, "delivery")).toBe(false);
  });
});

describe("sub-accounts", () => {
  it.each([
    ["all", {}, undefined, true],
    ["all", {}, "5", true],
    ["primary only", { subaccountId: 0 }, undefined, true],
    ["primary only", { subaccountId: 0 }, "0", true],
    ["primary only", { subaccountId: 0 }, "5", false],
    ["sub-account 5", { subaccountId: 5 }, "5", true],
    ["sub-account 5", { subaccountId: 5 }, undefined, false],
    ["sub-account 5", { subaccountId: 5 }, "6", false],
    ["all but 5", { exceptionSubaccounts: [5] }, "5", false],
    ["all but 5", { exceptionSubaccounts: [5] }, "6", true],
    ["all but 5", { exceptionSubaccounts: [5] }, undefined, true],
  ])("a webhook for %s (%o), event of %s: %s", (_, fields, own, expected) => {
    expect(takes(fields, "delivery", own)).toBe(expected);
  });
});

it("long types and sub-accounts, which no webhook has, go to those that take all of them", () => {
  const long = "delivery".repeat(1_000);
  expect(takes({ eventsMode: "all", events: [] }, long, long)).toBe(true);
  expect(takes({ events: ["delivery"] }, long)).toBe(false);
  expect(takes({ eventsMode: "all", events: [], subaccountId: 5 }, "delivery", long)).toBe(false);
});

it("a router remembers one way for all long types", () => {
  const route = compileRouter([subscription({ eventsMode: "all", events: [] })]);
  const [one, other] = ["a", "b"].map((text) => route({ type: text.repeat(100_000), subaccountId: undefined }));
  expect(one).toBe(other);
});

test.prop([
  fc.array(
    fc.tuple(
      fc.constantFrom("delivery", "click", "reception", "x"),
      fc.option(fc.constantFrom("0", "1", "2"), { nil: undefined }),
    ),
    {
      minLength: 1,
      maxLength: 50,
    },
  ),
])("a remembered route gives what working it out gives", (events) => {
  const subscriptions = [
    subscription({ events: ["delivery"] }),
    subscription({ eventsMode: "all", exceptionSubaccounts: [1] }),
    subscription({ events: ["injection", "click"], subaccountId: 2 }),
  ];
  const router = compileRouter(subscriptions);
  for (const [type, subaccountId] of [...events, ...events]) {
    expect(router({ type, subaccountId })).toEqual(compileRouter(subscriptions)({ type, subaccountId }));
  }
});
