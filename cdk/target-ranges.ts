import { BlockList, isIP } from "node:net";

const loopback = ["127.0.0.0/8", "::1/128"];
/** Instance metadata and the like: what answers there hands out credentials. */
const linkLocal = ["169.254.0.0/16", "fe80::/10"];

/**
 * What is wrong with a CIDR range that an operator opens to outbound calls; undefined when nothing is.
 *
 * The address policy of the functions would refuse a link-local address anyway. Loopback, where the function's own
 * runtime API listens, opens only where the range says so and the operator means an emulator.
 */
export const targetRangeProblem = (range: string, options: { readonly allowLoopback: boolean }): string | undefined => {
  if (blockOf(range) === undefined) return "is not a CIDR range such as 10.0.0.0/8 or fd00::/8";
  if (linkLocal.some((other) => overlap(range, other))) return "reaches link-local addresses";
  if (!options.allowLoopback && loopback.some((other) => overlap(range, other))) return "reaches loopback addresses";
  return undefined;
};

/** Two ranges overlap when one has the other's first address. */
const overlap = (one: string, other: string): boolean =>
  contains(one, networkOf(other)) || contains(other, networkOf(one));

const contains = (range: string, address: string): boolean =>
  blockOf(range)?.check(address, isIP(address) === 6 ? "ipv6" : "ipv4") ?? false;

const networkOf = (range: string): string => range.split("/", 1)[0] ?? "";

const blockOf = (range: string): BlockList | undefined => {
  const [, network = "", prefixLength = ""] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(range) ?? [];
  const version = isIP(network);
  if (version === 0 || Number(prefixLength) > (version === 4 ? 32 : 128)) return undefined;
  const block = new BlockList();
  block.addSubnet(network, Number(prefixLength), version === 4 ? "ipv4" : "ipv6");
  return block;
};
