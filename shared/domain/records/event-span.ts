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
