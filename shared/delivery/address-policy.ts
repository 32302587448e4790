import ipaddr from "ipaddr.js";
import { maxUrlCharacters } from "#shared/contract/limits.ts";

/**
 * Which IP addresses outbound calls may reach: globally routable public unicast, and what an operator allows.
 *
 * The rule allows instead of denying, so that a range nobody thought of is refused.
 */

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [Address, number];

/** The only block that IANA assigns global unicast IPv6 addresses from; ipaddr.js calls most of the rest unicast too. */
const globalUnicast6 = ipaddr.IPv6.parseCIDR("2000::/3");

/** Where AWS keeps instance metadata and other local services on IPv6: no operator's own network. */
const awsLocalServices6 = ipaddr.IPv6.parseCIDR("fd00:ec2::/32");

/** Kinds of addresses that a range of the operator can open. */
const openable = new Set(["private", "uniqueLocal", "carrierGradeNat", "reserved", "benchmarking"]);

/** A literal address of a URL's host, without brackets; undefined when the host is a name. */
export const literalAddress = (hostname: string): string | undefined => {
  const bare = hostname.startsWith("[") && hostname.endsWith("]") ? hostname.slice(1, -1) : hostname;
  if (ipaddr.IPv4.isValidFourPartDecimal(bare) || bare.includes(":")) return bare;
  return undefined;
};

/** An IPv4-mapped IPv6 address is the IPv4 address to the operating system, so it takes that address's verdict. */
const parseAddress = (text: string): Address | undefined => {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  // A zone names an interface of this machine: no public address has one.
  if (text.includes("%") || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
};

/** ISATAP (RFC 5214) puts an IPv4 address behind the interface identifier `[02]00:5efe`, under any prefix. */
const isIsatap = (address: Address): boolean =>
  address instanceof ipaddr.IPv6 && ((address.parts[4] ?? 0) & ~0x0200) === 0 && address.parts[5] === 0x5efe;

const isPublic = (address: Address): boolean => {
  if (address.range() !== "unicast") return false;
  return address instanceof ipaddr.IPv4 || (address.match(globalUnicast6) && !isIsatap(address));
};

const parseRange = (text: string): Range | undefined => {
  const [network = ""] = text.split("/");
  const exact = network.includes(":") ? ipaddr.IPv6.isValidCIDR(text) : ipaddr.IPv4.isValidCIDRFourPartDecimal(text);
  return exact && !network.includes("%") ? ipaddr.parseCIDR(text) : undefined;
};

const contains = ([network, prefixLength]: Range, address: Address): boolean =>
  network instanceof ipaddr.IPv4
    ? address instanceof ipaddr.IPv4 && address.match(network, prefixLength)
    : address instanceof ipaddr.IPv6 && address.match(network, prefixLength);

/** Whether the range itself lies in the loopback block: a wider one, such as `0.0.0.0/0`, does not mean this machine. */
const namesLoopback = ([network, prefixLength]: Range): boolean =>
  network.range() === "loopback" && prefixLength >= (network instanceof ipaddr.IPv4 ? 8 : 128);

const opens = (range: Range, address: Address): boolean => {
  if (!contains(range, address) || isIsatap(address) || contains(awsLocalServices6, address)) return false;
  return address.range() === "loopback" ? namesLoopback(range) : openable.has(address.range());
};

/**
 * Whether an outbound call may connect to an address.
 *
 * Link-local addresses and AWS's local services, multicast, the unspecified address and IPv6 addresses that embed IPv4
 * ones stay refused whatever the ranges; loopback opens only to a range within loopback. A malformed range allows
 * nothing.
 */
export const isAllowedAddress = (address: string, allowedRanges: readonly string[]): boolean => {
  const parsed = parseAddress(address);
  if (parsed === undefined) return false;
  if (isPublic(parsed)) return true;
  return allowedRanges.some((text) => {
    const range = parseRange(text);
    return range !== undefined && opens(range, parsed);
  });
};

type AllowedRanges =
  | { readonly kind: "ok"; readonly ranges: readonly string[] }
  | { readonly kind: "invalid"; readonly problem: string };

/** Checks the operator's list of allowed CIDR ranges. */
export const parseAllowedRanges = (texts: readonly string[]): AllowedRanges => {
  const bad = texts.filter((text) => parseRange(text) === undefined);
  if (bad.length === 0) return { kind: "ok", ranges: texts };
  return { kind: "invalid", problem: `Not a CIDR range: ${bad.join(", ")}. Write it as 10.0.0.0/8 or fd00::/8.` };
};

type TargetUrl = { readonly kind: "ok"; readonly url: URL } | { readonly kind: "invalid"; readonly problem: string };

const invalid = (problem: string): TargetUrl => ({ kind: "invalid", problem });

// The URL parser drops some control characters silently, so that the stored text would not be the URL that is called.
const controlCharacter = /\p{Cc}/u;

/**
 * Parses the URL of a target with the parser that the HTTP client uses, so that no second reading of the text exists.
 * The fragment, which is never sent, is removed; `problem` is a sentence for the API's user.
 */
export const parseTargetUrl = (text: string): TargetUrl => {
  if (text.length > maxUrlCharacters) return invalid(`The URL is longer than ${maxUrlCharacters} characters.`);
  if (controlCharacter.test(text)) return invalid("The URL contains a control character.");
  const url = URL.parse(text);
  if (url === null) return invalid("This is not a valid absolute URL.");
  if (url.protocol !== "http:" && url.protocol !== "https:")
    return invalid("The URL must begin with http:// or https://.");
  if (url.username !== "" || url.password !== "") return invalid("The URL must not contain a user name or a password.");
  if (url.hostname === "") return invalid("The URL has no host.");
  if (url.port === "0") return invalid("The URL names port 0, which cannot be called.");
  url.hash = "";
  return { kind: "ok", url };
};
