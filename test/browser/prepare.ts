import { buildSite } from "../../console/build/site.ts";
import { chromiumPath } from "../support/chromium.ts";

/** Ends the run before its first test when there is no browser; builds the console once for all files. */
export const setup = (): void => {
  chromiumPath();
  buildSite();
};
