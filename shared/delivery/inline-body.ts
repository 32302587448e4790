import type { BodyPlace } from "#shared/contract/delivery-message.ts";
import type { EncodedBody } from "./body.ts";

export type InlinePlace = Extract<BodyPlace, { kind: "inline" }>;

/** A body as a message carries it. */
export const inlinePlace = ({ encoding, bytes }: EncodedBody): InlinePlace => {
  const text = bytes.toString("base64");
  switch (encoding) {
    case "frames":
      return { kind: "inline", frames: text };
    case "zstd":
      return { kind: "inline", zstd: text };
    case "gzip":
      return { kind: "inline", gzip: text };
  }
};

/** The body that a message carries. */
export const inlineBody = (place: InlinePlace): EncodedBody => {
  if ("frames" in place) return { encoding: "frames", bytes: Buffer.from(place.frames, "base64") };
  if ("zstd" in place) return { encoding: "zstd", bytes: Buffer.from(place.zstd, "base64") };
  return { encoding: "gzip", bytes: Buffer.from(place.gzip, "base64") };
};
