/**
 * An event's own bytes, as its producer wrote them: a part of a text. A window has tens of thousands of them, and a view of
 * its own for each costs more than anything else that is done with them.
 */
export interface EventSpan {
  readonly text: Buffer;
  readonly start: number;
  /** Behind the last byte. */
  readonly end: number;
}

/** The whole of a text. */
export const spanOf = (text: Buffer): EventSpan => ({ text, start: 0, end: text.length });

/** The bytes of a span, not copied. */
export const bytesOf = ({ text, start, end }: EventSpan): Buffer => text.subarray(start, end);

/**
 * The spans' bytes in one text, with one byte between each two. Spans that lie side by side in their text, one byte apart, are
 * copied in one go, and the byte put over what is between them.
 */
export const joinSpans = (
  spans: readonly EventSpan[],
  { head, separator, tail }: { readonly head: Buffer; readonly separator: number; readonly tail: Buffer },
): Buffer => {
  const gaps = Math.max(0, spans.length - 1);
  const length = spans.reduce((sum, { start, end }) => sum + end - start, head.length + gaps + tail.length);
  const joined = Buffer.allocUnsafe(length);
  let position = head.copy(joined);
  let run: { text: Buffer; start: number; end: number } | undefined;
  for (const { text, start, end } of spans) {
    if (run !== undefined && text === run.text && start === run.end + 1) {
      run.end = end;
      continue;
    }
    if (run !== undefined) position += 1 + run.text.copy(joined, position, run.start, run.end);
    run = { text, start, end };
  }
  if (run !== undefined) position += run.text.copy(joined, position, run.start, run.end);
  tail.copy(joined, position);
  position = head.length;
  for (const { start, end } of spans.slice(0, gaps)) {
    position += end - start;
    joined[position] = separator;
    position += 1;
  }
  return joined;
};

/** What routing needs to know of an event besides its customer. */
export interface EventRoute {
  /** The `type` field inside the event's class. */
  readonly type: string;
  /** The `subaccount_id` field, if there is one. */
  readonly subaccountId: string | undefined;
  /** The webhook that an event about webhooks is about: it never gets it. */
  readonly about?: string;
}

/**
 * The sub-account that an event belongs to: 0, the primary account, if it names no other. Undefined for an event about a
 * webhook of all sub-accounts, which is for those alone who may see that webhook.
 */
export const ownerOf = ({ subaccountId, about }: EventRoute): string | undefined =>
  subaccountId ?? (about === undefined ? "0" : undefined);

/** An event that can be routed. */
export interface RoutedEvent extends EventSpan, EventRoute {}

/** An event, and what it says about itself. */
export interface Event extends RoutedEvent {
  /** The one key of `msys`. */
  readonly eventClass: string;
  /** The `customer_id` field, if there is one. */
  readonly customerId: string | undefined;
}
