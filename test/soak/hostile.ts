/** Hostile inputs of a soak, from the list that the tests of every field use: events, targets' answers and calls of the API. */
import type { Random } from "../../local/generator/random.ts";
import { bodyFields, bodyWith } from "../integration/hostile/fields.ts";
import { hostileValues, type HostileValue } from "../support/hostile-values.ts";
import type { Behaviour } from "../support/receiver-behaviour.ts";
import type { Ledger } from "./ledger.ts";

const nonEmpty = <Item>([first, ...others]: readonly Item[]): readonly [Item, ...Item[]] => {
  if (first === undefined) throw new Error("the list is empty");
  return [first, ...others];
};
const values = nonEmpty(hostileValues);
const texts = nonEmpty(hostileValues.flatMap(({ text }) => text ?? []));
const fields = ["subject", "type", "subaccount_id", "rcpt_meta", "new_field"] as const;

/** A line that is no event of the ledger's: it may be delivered, refused or put aside. */
export const hostileLine = (random: Random, customerId: string): string => {
  const event = { msys: { message_event: { type: "click", customer_id: customerId } } };
  return bodyWith(event, ["msys", "message_event", random.pick(fields)], random.pick(values).json);
};

const headers = ["content-type", "location", "retry-after", "server", "content-encoding", "x-anything"] as const;
const places = ["status text", "header name", "header", "body", "whole"] as const;

/** An answer with a hostile value in one of its parts. Its status is no success: whether a target counts as served is to be told. */
export const hostileAnswer = (random: Random): Extract<Behaviour, { kind: "raw" }> => {
  const text = random.pick(texts);
  const start = "HTTP/1.1 500 No\r\nconnection: close\r\n";
  const answers = {
    "status text": `HTTP/1.1 400 ${text}\r\nconnection: close\r\n\r\nno`,
    "header name": `${start}${text}: x\r\n\r\nno`,
    header: `${start}${random.pick(headers)}: ${text}\r\n\r\nno`,
    body: `${start}\r\n${text}`,
    whole: text,
  };
  return { kind: "raw", text: answers[random.pick(places)], end: true };
};

interface Call {
  readonly name: string;
  readonly method: string;
  /** Below the stage. */
  readonly path: string;
  readonly body: string;
}

/** Operations that leave nothing behind which would get events. */
const bodies: Readonly<Record<string, (webhookId: string) => unknown>> = {
  "POST /v1/webhooks/probe": () => ({ target: "http://127.0.0.1:1/" }),
  "POST /v1/webhooks/filter-test": () => ({ filter: { field: "type", eq: "open" }, sample_events: ["open"] }),
  "POST /v1/webhooks/import": () => [{ name: "hostile", target: "http://127.0.0.1:1/", events: ["open"] }],
  "POST /v1/webhooks/{id}/validate": () => ({ message: [] }),
  "POST /v1/api-keys": () => ({ label: "hostile", grants: ["webhooks/view"] }),
};
const callPlaces = nonEmpty(bodyFields.filter(({ operation }) => Object.hasOwn(bodies, operation)));

/** A call with a hostile value in one field of its body, or in its query. */
export const hostileCall = (random: Random, webhookId: string): Call => {
  const { operation, path } = random.pick(callPlaces);
  const value: HostileValue = random.pick(values);
  const [method = "", pattern = ""] = operation.split(" ");
  const query = `?plan=true&cursor=${encodeURIComponent((value.text ?? "").toWellFormed().slice(0, 1_000))}`;
  return {
    name: operation,
    method,
    path: `${pattern.replace("{id}", webhookId)}${pattern.endsWith("/import") ? query : ""}`,
    body: bodyWith(bodies[operation]?.(webhookId), path, value.json),
  };
};

/** Notes how a hostile call was answered. While nothing else is made to fail, no answer may be a fault. */
export const noteAnswer = (ledger: Ledger, call: Call, status: number, isAlone: boolean): void => {
  ledger.count(`hostile calls answered ${status}`);
  if (isAlone && status >= 500) ledger.faults.push(`9: ${call.name} answered ${status} to ${call.body.slice(0, 200)}`);
};
