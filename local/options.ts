import { InvalidArgumentError, Option } from "commander";
import { type MixName, mixNames } from "./generator/mix.ts";

/**
 * The key that `npm run dev` creates by default. Everybody knows it, so that whoever signs in without being asked for one learns
 * nothing. A key of one's own is never given away: other users of this machine could ask for it, too.
 */
export const wellKnownKey = "local-key";

/** What `npm run dev` may be told. */
export interface DevOptions {
  readonly port: number;
  readonly sinkPort: number;
  readonly window: number;
  readonly retryScale: number;
  readonly key: string;
  readonly data?: string;
  readonly strictTargets: boolean;
  /** Takes documents of Amazon SES, and sends them instead of events. */
  readonly ses: boolean;
  readonly demo: boolean;
  /** URL of a receiver that takes the place of the sink. */
  readonly to?: string;
  /** Events a second. */
  readonly rate: number;
  readonly mix: MixName;
  readonly json: boolean;
  readonly verbose: boolean;
}

const number =
  (range: { readonly from: number; readonly to: number; readonly whole: boolean; readonly what: string }) =>
  (text: string): number => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    const isValid = value >= range.from && value <= range.to && (!range.whole || Number.isInteger(value));
    if (isValid) return value;
    throw new InvalidArgumentError(`It must be ${range.what} from ${range.from} to ${range.to}.`);
  };

const port = number({ from: 0, to: 65_535, whole: true, what: "a port" });

/** API keys travel as a header's value, so that only visible ASCII will do. */
const apiKey = (text: string): string => {
  if (/^[\x21-\x7e]{1,256}$/.test(text)) return text;
  throw new InvalidArgumentError("It must be 1 to 256 visible ASCII characters.");
};

const directory = (text: string): string => {
  if (text.trim() !== "") return text;
  throw new InvalidArgumentError("It must be a directory.");
};

const receiverUrl = (text: string): string => {
  const url = URL.parse(text);
  if (url !== null && ["http:", "https:"].includes(url.protocol)) return url.href;
  throw new InvalidArgumentError("It must be an http or https URL, such as http://127.0.0.1:8080/hook.");
};

/** The options of `npm run dev`, in the order of its help. */
export const devOptions: readonly Option[] = [
  new Option("--port <port>", "port of the REST API; 0 takes a free one").default(4_010).argParser(port),
  new Option("--sink-port <port>", "port of the sink; 0 takes a free one").default(4_011).argParser(port),
  new Option("--window <seconds>", "batching window; 30 in production")
    .default(2)
    .argParser(number({ from: 0, to: 300, whole: true, what: "whole seconds" })),
  new Option("--retry-scale <factor>", "divides every retry delay and the four-hour retry window; 1 in production")
    .default(60)
    .argParser(number({ from: 1, to: 100_000, whole: false, what: "a number" })),
  new Option("--key <key>", "API key to create; the console asks for any but the default one")
    .default(wellKnownKey)
    .argParser(apiKey),
  new Option("--data <directory>", "keep all data there between runs (default: in memory)").argParser(directory),
  new Option("--strict-targets", "refuse targets that are not public, as in production").default(false),
  new Option("--ses", "take events of Amazon SES, and let the generator publish its documents on the topic").default(
    false,
  ),
  new Option("--no-demo", "start without sink, webhook and generator"),
  new Option("--to <url>", "deliver to your own receiver instead of the sink; it may be started later").argParser(
    receiverUrl,
  ),
  new Option("--rate <number>", "events that the generator sends a second")
    .default(5)
    .argParser(number({ from: 1, to: 100_000, whole: true, what: "a whole number" })),
  new Option("--mix <name>", "which events it sends, and how spread over time").choices(mixNames).default("campaign"),
  new Option("--json", "print one JSON object a line").default(false),
  new Option("--verbose", "print every line that the functions log").default(false),
];

/** Settings of the stack that `npm run dev` runs. */
export const stackSettings = ({ ses }: DevOptions): Readonly<Record<string, string>> =>
  ses ? { sesEvents: "true" } : {};
