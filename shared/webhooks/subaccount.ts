import { errors } from "#shared/errors.ts";
import { beginningOf } from "#shared/text/cut.ts";

/** For whom a caller acts: the primary account and all sub-accounts, the primary account alone (0), or a sub-account. */
export type Subaccount = "all" | number;

const maxSubaccount = 2_147_483_647;

/** Reads the `X-MSYS-SUBACCOUNT` header. An empty one is refused: what lost its number must not act for everybody. */
export const subaccountOf = (header: string | undefined): Subaccount => {
  if (header === undefined) return "all";
  const text = header.trim();
  const number = Number(text);
  if (/^\d{1,10}$/.test(text) && number <= maxSubaccount) return number;
  throw errors.badSubaccount(
    "'X-MSYS-SUBACCOUNT' must be a sub-account number",
    `Sent: ${JSON.stringify(beginningOf(text, 40))}. Accepted: 0 for the primary account, or a sub-account.`,
  );
};
