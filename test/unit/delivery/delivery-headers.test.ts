import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { deliveryHeaders, testBatchId, testMessageId } from "#shared/delivery/headers.ts";
import { signingSecretOf } from "#shared/webhooks/settings.ts";

const batchId = "9d0c4d0e-6a5b-5c3f-8f0e-2b1a7c9d4e11";
const json = Buffer.from('[{"msys":{}}]');
const now = Date.parse("2026-01-02T03:04:05.678Z");
const headersOf = (input: Partial<Parameters<typeof deliveryHeaders>[0]> = {}, customHeaders = {}) => {
  const settings = { authToken: "", auth: { type: "none" }, customHeaders } as const;
  return deliveryHeaders({ batchId, settings, json, now, ...input });
};

describe("the traceparent of a POST", () => {
  const times = fc.integer({ min: 0, max: 4e12 });

  test.prop([fc.uuid(), times, times])(
    "is that of W3C Trace Context: one trace for a batch, a span of its own for each attempt",
    (id, first, second) => {
      fc.pre(first !== second);
      const spans = [first, second].map((at) => {
        const { traceparent = "" } = headersOf({ batchId: id, now: at });
        const [, trace, span] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(traceparent) ?? [];
        expect(trace).toBe(id.replaceAll("-", ""));
        expect(span).not.toMatch(/^0*$/);
        return span;
      });
      expect(new Set(spans).size).toBe(2);
    },
  );

  it("differs between test POSTs, which all have the same batch id", () => {
    const id = "0fe1d3c5-5b7a-4c7e-9d55-0a8c1c3f7a11";
    const { traceparent } = headersOf({ batchId: testBatchId, messageId: testMessageId(id) });
    expect(traceparent).toContain(`00-${id.replaceAll("-", "")}-`);
  });

  it("leaves its place to a custom header, however that is spelled", () => {
    const value = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    const names = Object.entries(headersOf({}, { TraceParent: value })).filter(([name]) => /^traceparent$/i.test(name));
    expect(names).toEqual([["TraceParent", value]]);
  });

  it("is not signed: a proxy on the way may continue the trace", () => {
    const signing = { secret: signingSecretOf(Buffer.alloc(32, 1)), rotated: [] };
    const signatureWith = (customHeaders: Readonly<Record<string, string>>) =>
      headersOf({ settings: { authToken: "", auth: { type: "none" }, customHeaders, signing } })["webhook-signature"];
    expect(signatureWith({})).toMatch(/^v1,/);
    expect(signatureWith({ traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00" })).toBe(
      signatureWith({}),
    );
  });
});
