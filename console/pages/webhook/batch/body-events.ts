import type { DeliveredEvent } from "#shared/contract/api/batch.ts";
import { maskRecipients } from "./mask-recipients.ts";

/** An event of a body, as it is listed. */
export interface BodyEvent {
  /** Its place in the body, from 1. */
  readonly place: number;
  readonly type: string;
  readonly recipient: string;
  readonly json: string;
}

const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

/** Reads events for the list; recipients are masked unless they are asked for. */
export const bodyEvents = (
  events: readonly DeliveredEvent[],
  { masked }: { readonly masked: boolean },
): readonly BodyEvent[] =>
  events.map((event, index) => {
    const shown = (masked ? maskRecipients(event) : event) as DeliveredEvent;
    const msys = shown["msys"];
    const [fields] = Object.values((msys ?? {}) as Readonly<Record<string, DeliveredEvent | null>>);
    const { type, rcpt_to: recipient } = fields ?? {};
    return {
      place: index + 1,
      type: textOf(type) || "event",
      recipient: textOf(recipient),
      json: JSON.stringify(shown, null, 2),
    };
  });

/** Events whose text, as it is shown, contains what is searched for. */
export const findEvents = (events: readonly BodyEvent[], text: string): readonly BodyEvent[] => {
  const wanted = text.trim().toLowerCase();
  return wanted === "" ? events : events.filter(({ json }) => json.toLowerCase().includes(wanted));
};
