import { describe, expect, it } from "vitest";
import { verifyToken } from "../../../receiver/index.ts";

const carrying = (token: string) => ({ "X-MessageSystems-Webhook-Token": token });

describe("verifyToken", () => {
  it("accepts the webhook's token and nothing else", () => {
    expect(verifyToken(carrying("s3cret"), "s3cret")).toBe(true);
    for (const other of ["", "s3cre", "s3cret ", "S3cret", "s3cret, s3cret"]) {
      expect(verifyToken(carrying(other), "s3cret"), other).toBe(false);
    }
    expect(verifyToken({}, "s3cret")).toBe(false);
  });

  it("accepts the old and the new one while it is being replaced", () => {
    expect(verifyToken(carrying("old"), ["old", "new"])).toBe(true);
    expect(verifyToken(carrying("new"), ["old", "new"])).toBe(true);
    expect(verifyToken(carrying("other"), ["old", "new"])).toBe(false);
  });

  it.each([[""], ["   "], [[]], [["new", ""]], [["new", "\t"]], [undefined as unknown as string]])(
    "does not run with %j, which would let in everyone",
    (token) => {
      expect(() => verifyToken(carrying(""), token)).toThrow(/token is empty or not set/);
    },
  );
});
