import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { buildSite } from "../../console/build/site.ts";
import { chromiumPath } from "../support/chromium.ts";
import { serveForeignPages } from "../support/foreign-pages.ts";
import { shareSystem } from "../support/shared-system.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the browser that all files share is driven. */
    readonly browserEndpoint: string;
    /** An origin that serves {@link foreignPage}, and whose pages may show the console in a frame. */
    readonly frameOrigin: string;
  }
}

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Before the first file: ends the run when there is no browser; builds the console, and starts one headless Chromium and one
 * local system for all files. Its retries come as slowly as in a deployment: batches wait while they are looked at.
 */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const executablePath = chromiumPath();
  buildSite();
  // Another site than that of the API, as far as browsers are concerned.
  const foreign = await serveForeignPages("localhost");
  const settings = { portalColor: "#0b6e99", portalFrameOrigins: foreign.origin, portalName: "Acme Mail" };
  const [browser, stopSystem] = await Promise.all([
    chromium.launchServer({ executablePath, headless: true, args: flags }),
    shareSystem(project, { retryScale: 1, hasConsole: true, settings }),
  ]);
  project.provide("browserEndpoint", browser.wsEndpoint());
  project.provide("frameOrigin", foreign.origin);
  return async () => {
    await Promise.all([browser.close(), stopSystem(), foreign.close()]);
  };
};
