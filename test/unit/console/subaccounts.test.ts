import { describe, expect, it } from "vitest";
import {
  changedFieldsOf,
  creationOf,
  type FormValues,
  newFormValues,
} from "../../../console/pages/webhook-form/form-values.ts";
import {
  allSubaccounts,
  subaccountProblem,
  subaccountText,
  type SubaccountValues,
  subaccountValuesOf,
} from "../../../console/pages/webhook-form/subaccounts.ts";

const formWith = (subaccounts: Partial<SubaccountValues>): FormValues => ({
  ...newFormValues,
  subaccounts: { ...allSubaccounts, ...subaccounts },
});

describe("a new webhook", () => {
  it("takes everybody's events without saying so", () => {
    const { headers, body } = creationOf(newFormValues);
    expect(headers).toEqual({});
    expect(body).not.toHaveProperty("exception_subaccounts");
    expect(body).not.toHaveProperty("subaccount_id");
  });

  it("names its account in a header, and whom it leaves out in the body", () => {
    expect(creationOf(formWith({ scope: "primary" })).headers).toEqual({ "X-MSYS-SUBACCOUNT": "0" });
    expect(creationOf(formWith({ scope: "one", subaccount: " 101 " })).headers).toEqual({ "X-MSYS-SUBACCOUNT": "101" });
    expect(creationOf(formWith({ exceptions: "3, 17" })).body).toMatchObject({ exception_subaccounts: [3, 17] });
  });
});

describe("an edit", () => {
  it("sends the account, and takes back the exceptions that do not go with it", () => {
    const before = { ...newFormValues, subaccounts: subaccountValuesOf({ exception_subaccounts: ["3", "17"] }) };
    expect(changedFieldsOf(before, before)).toEqual({});
    expect(changedFieldsOf(formWith({ scope: "one", subaccount: "5" }), before)).toEqual({
      subaccount_id: 5,
      exception_subaccounts: [],
    });
    expect(changedFieldsOf(formWith({ exceptions: "3" }), before)).toEqual({ exception_subaccounts: [3] });
  });

  it.each([
    [{ subaccount_id: 0 }, "primary", "Primary account only"],
    [{ subaccount_id: 101 }, "one", "Sub-account 101 only"],
    [{ exception_subaccounts: ["3", "17"] }, "all", "All but 3, 17"],
    [{}, "all", "All"],
  ])("begins with what is stored: %j", (webhook, scope, text) => {
    expect(subaccountValuesOf(webhook).scope).toBe(scope);
    expect(subaccountText(webhook)).toBe(text);
    const form = { ...newFormValues, subaccounts: subaccountValuesOf(webhook) };
    expect(changedFieldsOf(form, form)).toEqual({});
  });
});

describe("problems", () => {
  it.each([
    [{ scope: "one", subaccount: "" }],
    [{ scope: "one", subaccount: "0" }],
    [{ scope: "one", subaccount: "2147483648" }],
    [{ exceptions: "3, x" }],
    [{ exceptions: "3, 3" }],
    [{ exceptions: Array.from({ length: 11 }, (_, n) => n + 1).join(" ") }],
  ] as const)("are named before anything is sent: %j", (choice) => {
    expect(subaccountProblem({ ...allSubaccounts, ...choice })).toEqual(expect.any(String));
  });

  it.each([
    [{}],
    [{ scope: "primary" }],
    [{ scope: "one", subaccount: "2147483647" }],
    [{ exceptions: " 3,17 ; 20 " }],
    // What another choice holds is not sent.
    [{ scope: "primary", subaccount: "x", exceptions: "x" }],
  ] as const)("are none of a choice that fits: %j", (choice) => {
    expect(subaccountProblem({ ...allSubaccounts, ...choice })).toBeUndefined();
  });
});
