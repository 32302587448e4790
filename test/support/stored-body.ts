import { framesOf } from "#shared/delivery/body.ts";
import { inflate } from "#shared/events/inflate.ts";
import { readRecordHeader } from "#shared/events/record-header.ts";

const maxBytes = 100_000_000;

const inflated = (bytes: Buffer): Buffer => {
  const inflation = inflate(bytes, maxBytes);
  if (inflation.kind !== "text") throw new Error(`A stored body is ${inflation.kind}`);
  return inflation.text;
};

/** The array of a stored body, by what its bytes say of their encoding. */
export const storedBody = (bytes: Buffer): Buffer => {
  const header = readRecordHeader(bytes);
  if (header.kind !== "frames") return inflated(bytes);
  return Buffer.from(
    `[${framesOf(bytes)
      .frames.map(({ data }) => inflated(data).toString())
      .join(",")}]`,
  );
};
