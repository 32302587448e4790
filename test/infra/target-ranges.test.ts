import { expect, it } from "vitest";
import { isAllowedAddress } from "#shared/delivery/address-policy.ts";
import { resourcesOf, synthTemplate } from "./template.ts";

const rangesOf = (context: Readonly<Record<string, unknown>>): readonly (string | undefined)[] => {
  const functions = resourcesOf<{ readonly Environment: { readonly Variables: Readonly<Record<string, string>> } }>(
    synthTemplate(context),
    "AWS::Lambda::Function",
  );
  return ["RoutesApiFunction", "DeliveryFunction"].map(
    (id) => functions.get(id)?.Environment.Variables["ALLOWED_TARGET_RANGES"],
  );
};

it.each(["10.1.0.0/16, fd00:1::/32", ["10.1.0.0/16", "fd00:1::/32"]])(
  "opens the ranges of the operator to test POSTs and deliveries alike: %j",
  (allowedTargetRanges) => {
    expect(rangesOf({ allowedTargetRanges })).toEqual(["10.1.0.0/16,fd00:1::/32", "10.1.0.0/16,fd00:1::/32"]);
  },
);

it.each(["127.0.0.1/32", "127.0.0.0/8", "0.0.0.0/0", "126.0.0.0/7", "::1/128", "::/0", "::ffff:127.0.0.1/128"])(
  "refuses %s, within which a function's own runtime API listens",
  (allowedTargetRanges) => {
    expect(() => rangesOf({ allowedTargetRanges })).toThrow(/"allowedTargetRanges" .* reaches (loopback|link-local)/);
  },
);

it("opens loopback for emulators, when told so apart", () => {
  const allowedTargetRanges = "127.0.0.0/8,::1/128";
  const [ranges = ""] = rangesOf({ allowedTargetRanges, allowLoopbackTargets: "true" });
  expect(isAllowedAddress("127.0.0.1", ranges.split(","))).toBe(true);
  expect(() => rangesOf({ allowedTargetRanges, allowLoopbackTargets: "perhaps" })).toThrow('"allowLoopbackTargets"');
});

it.each(["169.254.0.0/16", "169.254.169.254/32", "168.0.0.0/7", "fe80::/10", "0.0.0.0/0"])(
  "never opens %s, which reaches link-local addresses",
  (allowedTargetRanges) => {
    expect(() => rangesOf({ allowedTargetRanges, allowLoopbackTargets: "true" })).toThrow(/reaches link-local/);
  },
);

it.each(["10.0.0.0", "10.0.0.0/33", "10/8", "localhost", "10.0.0.0/8,", 10])(
  "refuses %j, which is no list of ranges",
  (allowedTargetRanges) => {
    expect(() => rangesOf({ allowedTargetRanges })).toThrow("is not a CIDR range");
  },
);
