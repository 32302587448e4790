import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAllowedAddress, literalAddress, parseTargetUrl } from "#shared/delivery/address-policy.ts";

/** IPv4 blocks of IANA's special-purpose registry, and multicast, as [first address, prefix length]. */
const refused4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** Addresses in IPv6 blocks that are not global unicast, or that embed IPv4 addresses. */
const refused6 = [
  "::",
  "::1",
  "::7f00:1",
  "::808:808",
  "::ffff:0:808:808",
  "64:ff9b::808:808",
  "64:ff9b:1::1",
  "100::1",
  "100:0:0:1::1",
  "2001::1",
  "2001:0:53aa:64c::1",
  "2001:2::1",
  "2001:10::1",
  "2001:20::1",
  "2001:30::1",
  "2001:1ff:ffff::1",
  "2001:db8::1",
  "2001:db8:ffff:ffff::1",
  "2002:808:808::1",
  "2606:4700::5efe:7f00:1",
  "2606:4700::200:5efe:808:808",
  "3fff::1",
  "3fff:fff:ffff::1",
  "4000::1",
  "5f00::1",
  "fc00::1",
  "fd00:ec2::254",
  "fe80::1",
  "fe80::a9fe:a9fe",
  "fec0::1",
  "ff02::1",
];

const allowed6 = [
  "2001:200::1",
  "2001:4860:4860::8888",
  "2003::1",
  "2400::1",
  "2606:4700:4700::1111",
  "2a00::1",
  "2c0f:fb50::1",
];

/** Endpoints inside the environment of a Lambda function. */
const runtimeEndpoints = [
  "http://127.0.0.1:9001/2018-06-01/runtime/init/error",
  "http://169.254.100.1:9001/2018-06-01/runtime/invocation/next",
  "http://169.254.100.1:9001/metadata",
  "http://169.254.79.129:2000/",
  "http://169.254.169.254/latest/meta-data/",
  "http://169.254.170.2/v2/credentials",
  "http://[fd00:ec2::254]/latest/meta-data/",
];

const toNumber = (address: string): number => address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
const octetsOf = (value: number): [number, number, number, number] => [
  Math.floor(value / 2 ** 24) % 256,
  Math.floor(value / 2 ** 16) % 256,
  Math.floor(value / 2 ** 8) % 256,
  value % 256,
];
const toText = (value: number): string => octetsOf(value).join(".");
const groupsOf = (value: number): string => {
  const [a, b, c, d] = octetsOf(value);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};

const refusedAddress = fc
  .constantFrom(...refused4)
  .chain(([first, length]) => fc.nat(2 ** (32 - length) - 1).map((offset) => toNumber(first) + offset));

/** How one part of an IPv4 address can be written in a URL. */
const part = (value: number): fc.Arbitrary<string> =>
  fc.constantFrom(
    String(value),
    `0${value.toString(8)}`,
    `0x${value.toString(16)}`,
    `0X00${value.toString(16).toUpperCase()}`,
  );

const spelling4 = (value: number): fc.Arbitrary<string> => {
  const [a, b, c, d] = octetsOf(value);
  const parts = [[value], [a, value % 2 ** 24], [a, b, value % 2 ** 16], [a, b, c, d]];
  const dotted = fc
    .constantFrom(...parts)
    .chain((numbers) => fc.tuple(...numbers.map(part)).map((texts) => texts.join(".")));
  return fc.oneof(
    dotted,
    dotted.map((text) => `${text}.`),
    fc.constant(toText(value).replaceAll(".", "%2e")),
    fc.constant(toText(value).replaceAll(".", "\u3002")),
    fc.constant(toText(value).replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))),
  );
};

const spelling6 = (value: number): fc.Arbitrary<string> =>
  fc.constantFrom(
    `[::ffff:${toText(value)}]`,
    `[::FFFF:${groupsOf(value)}]`,
    `[0:0:0:0:0:ffff:${groupsOf(value)}]`,
    `[0000:0000:0000:0000:0000:ffff:${toText(value)}]`,
    `[::${toText(value)}]`,
    `[::ffff:0:${toText(value)}]`,
    `[64:ff9b::${toText(value)}]`,
    `[64:ff9b:1::${toText(value)}]`,
    `[2002:${groupsOf(value)}::1]`,
    `[2001:0:${groupsOf(value)}::1]`,
    `[2606:4700::5efe:${toText(value)}]`,
    `[fe80::200:5efe:${toText(value)}]`,
  );

/** Verdict on a URL whose host is a literal; a URL that does not parse reaches nothing. */
const reaches = (text: string, ranges: readonly string[] = []): boolean => {
  const parsed = parseTargetUrl(text);
  if (parsed.kind === "invalid") return false;
  const address = literalAddress(parsed.url.hostname);
  expect(address, `${text} is a literal`).toBeDefined();
  return isAllowedAddress(address ?? "", ranges);
};

describe("addresses that are not public", () => {
  test("no spelling of a refused IPv4 address passes", () => {
    const host = refusedAddress.chain((value) => fc.oneof(spelling4(value), spelling6(value)));
    fc.assert(
      fc.property(host, (spelled) => !reaches(`http://${spelled}/`)),
      { numRuns: 5_000 },
    );
  });

  test.each(refused6)("%s is refused", (address) => {
    expect(isAllowedAddress(address, [])).toBe(false);
    expect(reaches(`http://[${address}]/`)).toBe(false);
  });

  test.each(runtimeEndpoints)("the function environment's %s is refused, also under wide ranges", (url) => {
    expect(reaches(url)).toBe(false);
    expect(reaches(url, ["0.0.0.0/0", "::/0"])).toBe(false);
  });

  test.each([
    "",
    "localhost",
    "8.8.8",
    "010.8.8.8",
    "0x08.8.8.8",
    "134744072",
    "8.8.8.8.",
    " 8.8.8.8",
    "2606:4700::1%1",
    "fe80::1%eth0",
  ])("%j is not an address that may be connected to", (text) => {
    expect(isAllowedAddress(text, ["0.0.0.0/0", "::/0"])).toBe(false);
  });
});

describe("public addresses", () => {
  const inRefused = (value: number): boolean =>
    refused4.some(([first, length]) => Math.floor(value / 2 ** (32 - length)) === toNumber(first) / 2 ** (32 - length));
  const neighbours = refused4
    .flatMap(([first, length]) => [toNumber(first) - 1, toNumber(first) + 2 ** (32 - length)])
    .filter((value) => value >= 0 && value < 2 ** 32 && !inRefused(value))
    .map(toText);

  test.each(neighbours)("%s, next to a refused block, passes in every spelling of IPv4", (address) => {
    expect(isAllowedAddress(address, [])).toBe(true);
    fc.assert(
      fc.property(spelling4(toNumber(address)), (spelled) => reaches(`http://${spelled}/`)),
      { numRuns: 50 },
    );
    expect(reaches(`http://[::ffff:${address}]/`)).toBe(true);
  });

  test.each(allowed6)("%s passes", (address) => {
    expect(reaches(`https://[${address}]/`)).toBe(true);
  });

  test("a name is no literal", () => {
    expect(literalAddress("example.com")).toBeUndefined();
    expect(literalAddress("localhost")).toBeUndefined();
  });
});
