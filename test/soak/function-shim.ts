/**
 * Stands before a function's handler in its worker thread: shifts the clock, flips DNS answers, and marks the environment's
 * AWS calls with its thread, so that faults can be aimed. The handler's own code is unchanged.
 */
import dns from "node:dns/promises";
import { syncBuiltinESMExports } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { getEnvironmentData, threadId } from "node:worker_threads";
import { flippingDomain, handlerVariable, sharedFaultsKey, targetAddress, trapAddress } from "./runtime-messages.ts";

const faults = getEnvironmentData(sharedFaultsKey) as Int32Array;
const RealDate = Date;

const now = (): number => RealDate.now() + Atomics.load(faults, 0);

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: readonly unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : [...args], newTarget) as object,
  get: (target, name) => (name === "now" ? now : (Reflect.get(target, name) as unknown)),
});

/** Answers that a target's name must never lead to, mixed ones included; and one that is only slow. */
const badAnswers: readonly (readonly string[])[] = [
  [trapAddress],
  [targetAddress, trapAddress],
  [`::ffff:${trapAddress}`],
  ["::1"],
  [],
];
const slowAnswerMs = 500;

const flip = async (): Promise<readonly string[]> => {
  const choice = Math.floor(Math.random() * (badAnswers.length + 1));
  const answers = badAnswers[choice];
  if (answers !== undefined) return answers;
  await delay(slowAnswerMs);
  return [targetAddress];
};

const realLookup = dns.lookup;
const lookup = async (hostname: string, options: object): Promise<unknown> => {
  if (!hostname.endsWith(flippingDomain)) return await realLookup(hostname, options);
  const addresses = Atomics.load(faults, 1) === 0 ? [targetAddress] : await flip();
  return addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
};
Object.assign(dns, { lookup });
syncBuiltinESMExports();

process.env["AWS_SDK_UA_APP_ID"] = `${process.env["AWS_LAMBDA_FUNCTION_NAME"] ?? ""}.${threadId}`;
const file = process.env[handlerVariable] ?? "";
const module = (await import(pathToFileURL(file).href)) as { readonly handler: unknown };

export const { handler } = module;
