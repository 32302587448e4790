import { type Frame, routeIndexOf } from "./frames.ts";
import { inflate } from "./inflate.ts";
import type { EventSpan, RoutedEvent } from "./span.ts";
import { splitJoined } from "./split.ts";

type Damaged = { readonly kind: "damaged"; readonly problem: string };

/** The text of a frame, unless the frame is other than its record says. */
export const inflateFrame = ({ bytes, data }: Frame): { readonly kind: "text"; readonly text: Buffer } | Damaged => {
  const inflated = inflate(data, bytes);
  if (inflated.kind === "corrupt") return damaged(`not decompressible: ${inflated.problem}`);
  return inflated.kind === "text" && inflated.text.length === bytes ? inflated : damaged(`not ${bytes} bytes`);
};

export type OpenedFrame = { readonly kind: "events"; readonly events: readonly RoutedEvent[] } | Damaged;

/** The events of a frame that has routes. A frame that is other than its record says has none. */
export const openFrame = (frame: Frame): OpenedFrame => {
  const inflated = inflateFrame(frame);
  return inflated.kind === "damaged" ? inflated : splitFrame(frame, inflated.text);
};

/** The events of a frame of which the text is known. */
export const splitFrame = (frame: Frame, text: Buffer): OpenedFrame => {
  const spans = splitJoined(text, frame.events);
  if (spans === undefined) return damaged(`not ${frame.events} events joined by commas`);
  return { kind: "events", events: spans.map((span, at) => routed(frame, span, at)) };
};

const damaged = (problem: string): Damaged => ({ kind: "damaged", problem: `frame: ${problem}` });

const routed = (frame: Frame, { text, start, end }: EventSpan, at: number): RoutedEvent => {
  const route = frame.routes[routeIndexOf(frame, at)];
  return { text, start, end, type: route?.type ?? "", subaccountId: route?.subaccountId };
};
