import { chromiumPath } from "../support/chromium.ts";

/** Ends the run before its first test when there is no browser. */
export const setup = (): void => {
  chromiumPath();
};
