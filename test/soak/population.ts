/** Who takes part in a soak: customers, their webhooks, and how each target behaves. */
import { flippingDomain } from "./runtime-messages.ts";

export const eventTypes = ["delivery", "click", "open", "injection"] as const;
export type EventType = (typeof eventTypes)[number];

/** How a target behaves while faults are made; afterwards all answer 200. */
export type TargetKind =
  | "good"
  /** Answers now and then, and does everything else that targets do. */
  | "flaky"
  /** Takes connections and never answers: frozen before, during or after its answer's head, or a byte at a time. */
  | "hanging"
  /** Answers 500, so that batches expire. */
  | "refusing"
  /** Answers what breaks programs, and never 2xx. */
  | "hostile";

export interface SoakWebhook {
  /** Path of its target, without the slash. */
  readonly name: string;
  readonly customerId: string;
  readonly kind: TargetKind;
  /** Event types that it takes; undefined takes all. */
  readonly takes: readonly EventType[] | undefined;
  readonly batchSize: number;
  /** Host of its target. */
  readonly host: "address" | "name";
}

/** Customers and their API keys. */
export const soakKeys: Readonly<Record<string, string>> = { "1": "soak-key-1", "2": "soak-key-2", "3": "soak-key-3" };
export const customers = Object.keys(soakKeys);

const defaults = { kind: "good", takes: undefined, batchSize: 10_000, host: "address" } as const;

/** The webhooks of a run; without socket faults all targets are good ones. */
export const soakWebhooks = (faults: {
  readonly sockets: boolean;
  readonly hostile?: boolean;
}): readonly SoakWebhook[] =>
  customers.flatMap((customerId): readonly SoakWebhook[] => {
    const webhook = (name: string, fields: Partial<SoakWebhook> = {}): SoakWebhook => ({
      ...defaults,
      name: `${name}-${customerId}`,
      customerId,
      ...fields,
    });
    const good = [
      webhook("all"),
      webhook("small", { takes: ["click"], batchSize: 7 }),
      webhook("named", { takes: ["delivery", "open"], host: "name" }),
    ];
    const hostile = faults.hostile === true ? [webhook("hostile", { kind: "hostile", takes: ["click"] })] : [];
    if (!faults.sockets) return [...good, ...hostile];
    return [
      ...good,
      ...hostile,
      webhook("flaky", { kind: "flaky", takes: ["delivery", "click"] }),
      webhook("hanging", { kind: "hanging", takes: ["click"] }),
      webhook("refusing", { kind: "refusing", takes: ["open"] }),
    ];
  });

/** Whether a webhook takes an event; what customer an event claims to be of does not matter. */
export const takes = (
  webhook: SoakWebhook,
  event: { readonly customerId: string; readonly type: EventType },
): boolean => webhook.customerId === event.customerId && (webhook.takes?.includes(event.type) ?? true);

/** URL of a webhook's target. */
export const targetUrl = ({ host, name }: SoakWebhook, port: number, address: string): string =>
  `http://${host === "name" ? `${name}${flippingDomain}` : address}:${port}/${name}`;
