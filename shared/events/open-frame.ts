import { type Frame, routeOfEvent } from "./frames.ts";
import { inflate } from "./inflate.ts";
import type { EventSpan, RoutedEvent } from "./span.ts";
import { splitJoined } from "./split.ts";

export type OpenedFrame =
  | { readonly kind: "events"; readonly events: readonly RoutedEvent[] }
  | { readonly kind: "damaged"; readonly problem: string };

/** The events of a frame that has routes. A frame that is other than its record says has none. */
export const openFrame = (frame: Frame): OpenedFrame => {
  const inflated = inflate(frame.data, frame.bytes);
  if (inflated.kind === "corrupt") return damaged(`not decompressible: ${inflated.problem}`);
  if (inflated.kind === "too_large" || inflated.text.length !== frame.bytes) return damaged(`not ${frame.bytes} bytes`);
  const spans = splitJoined(inflated.text, frame.events);
  if (spans === undefined) return damaged(`not ${frame.events} events joined by commas`);
  return { kind: "events", events: spans.map((span, at) => routed(frame, span, at)) };
};

const damaged = (problem: string): OpenedFrame => ({ kind: "damaged", problem: `frame: ${problem}` });

const routed = (frame: Frame, { text, start, end }: EventSpan, at: number): RoutedEvent => {
  const route = routeOfEvent(frame, at);
  return { text, start, end, type: route?.type ?? "", subaccountId: route?.subaccountId };
};
