import { RequestError } from "../errors.ts";

const maxCharacters = 255;

/** The value of an `Idempotency-Key` header: printable ASCII, at most 255 characters. */
export const idempotencyKeyOf = (header: string | undefined): string | undefined => {
  const key = header?.trim();
  if (key === undefined || key === "") return undefined;
  if (key.length <= maxCharacters && /^[\x20-\x7e]+$/.test(key)) return key;
  throw new RequestError(400, {
    message: "'Idempotency-Key' is not valid",
    description: `It must have at most ${maxCharacters} printable ASCII characters.`,
    code: "1200",
  });
};
