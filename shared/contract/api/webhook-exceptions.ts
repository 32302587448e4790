import * as z from "zod";
import { maxExceptions } from "../limits.ts";
import { atMost, note } from "./common.ts";

/** JSON integers of this API are signed 32-bit numbers. */
export const maxInteger = 2_147_483_647;

const subaccountNumber = z.int().min(1, "must be at least 1").max(maxInteger, `must be at most ${maxInteger}`);

const subaccountPattern = /^[1-9]\d{0,9}$/;

/**
 * Sub-accounts that a webhook leaves out. Numbers come in as numbers and go out as strings; a client that writes back what it
 * read sends strings.
 */
export const exceptionList = z
  .array(
    z.union([subaccountNumber, z.stringFormat("integer", subaccountPattern).transform(Number).pipe(subaccountNumber)]),
  )
  .refine((numbers) => new Set(numbers).size === numbers.length, "must not name a sub-account twice");

/** The same, as many as there may be. */
export const exceptions = <List extends typeof exceptionList>(list: List) =>
  atMost(maxExceptions, "sub-accounts", list);

/** What the document says of them. */
export const exceptionsNote = (rules: Readonly<Record<string, unknown>>) =>
  note("Sub-accounts left out of a webhook for the primary account and all sub-accounts. Replaced as a whole.", {
    items: {
      anyOf: [
        { type: "integer", minimum: 1, maximum: maxInteger },
        { type: "string", pattern: subaccountPattern.source },
      ],
    },
    maxItems: maxExceptions,
    examples: [[3, 17]],
    ...rules,
  });
