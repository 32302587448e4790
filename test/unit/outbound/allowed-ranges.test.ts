import { describe, expect, test } from "vitest";
import { isAllowedAddress, parseAllowedRanges } from "#shared/delivery/address-policy.ts";

describe("ranges of the operator", () => {
  test("open their own addresses and no others", () => {
    const ranges = ["10.1.0.0/16", "fd00:1::/32", "198.18.0.0/15"];
    for (const address of ["10.1.2.3", "::ffff:10.1.2.3", "fd00:1::5", "198.19.0.1"]) {
      expect(isAllowedAddress(address, ranges)).toBe(true);
    }
    for (const address of [
      "10.2.0.1",
      "fd00:2::5",
      "127.0.0.1",
      "169.254.169.254",
      "64:ff9b::a01:203",
      "2002:a01:203::1",
    ]) {
      expect(isAllowedAddress(address, ranges)).toBe(false);
    }
  });

  test("open loopback only when they lie within it", () => {
    expect(isAllowedAddress("127.0.0.1", ["127.0.0.0/8"])).toBe(true);
    expect(isAllowedAddress("::1", ["::1/128"])).toBe(true);
    expect(isAllowedAddress("127.0.0.1", ["0.0.0.0/0", "126.0.0.0/7"])).toBe(false);
    expect(isAllowedAddress("::1", ["::/0", "127.0.0.0/8"])).toBe(false);
  });

  test("never open what embeds IPv4, link-local, multicast or the unspecified address", () => {
    const named = [
      "169.254.0.0/16",
      "64:ff9b::/96",
      "2002::/16",
      "2001::/32",
      "::/96",
      "ff00::/8",
      "fe80::/10",
      "0.0.0.0/8",
      "224.0.0.0/4",
    ];
    for (const address of [
      "169.254.169.254",
      "64:ff9b::a00:1",
      "2002:a00:1::",
      "2001::1",
      "::a00:1",
      "::",
      "ff02::1",
      "fe80::1",
      "0.0.0.0",
      "224.0.0.1",
    ]) {
      expect(isAllowedAddress(address, named), address).toBe(false);
    }
  });

  test.each([
    "10.0.0.0",
    "10.0.0/8",
    "010.0.0.0/8",
    "10.0.0.0/33",
    "fd00::/129",
    "fe80::1%eth0/64",
    "public",
    "",
    "/8",
  ])("%j is refused as a range, and opens nothing", (range) => {
    expect(parseAllowedRanges(["10.0.0.0/8", range])).toMatchObject({ kind: "invalid" });
    expect(isAllowedAddress("10.0.0.1", [range])).toBe(false);
  });

  test("are kept as written when all are CIDR", () => {
    const ranges = ["10.0.0.0/8", "fd00::/8", "127.0.0.1/32"];
    expect(parseAllowedRanges(ranges)).toEqual({ kind: "ok", ranges });
  });
});
