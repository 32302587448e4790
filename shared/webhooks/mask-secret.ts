import { endOf } from "#shared/text/cut.ts";
/** What stands for a secret, or begins what does. */
export const mask = "****";
const shortestWithTail = 12;

/** How a secret appears in answers: `****` and its last four characters, or `****` alone when it is short. */
export const maskSecret = (secret: string): string => {
  if (secret === "") return "";
  return secret.length < shortestWithTail ? mask : `${mask}${endOf(secret, 4)}`;
};

/** Whether a value looks like a mask. Such a value is never stored as a secret. */
export const isMask = (value: string): boolean => value.startsWith(mask);
