import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { joinBrowser } from "./console-browser.ts";
import { joinTidepost } from "./join-tidepost.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import type { Tidepost } from "./tidepost.ts";

/** What a file of browser tests works with. */
export interface ConsoleWorld {
  readonly browser: Browser;
  readonly receiver: Receiver;
  /** The shared system, for the customer of the file's key. */
  readonly tidepost: Tidepost;
}

/** Prepares the world before the tests of a file, and takes it away after them. */
export const useConsole = (key: string, begin: (world: ConsoleWorld) => void): void => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    const [browser, receiver, tidepost] = await Promise.all([joinBrowser(), startReceiver(), joinTidepost(key)]);
    world = { browser, receiver, tidepost };
    begin(world);
  });
  afterAll(async () => {
    await Promise.all([world.browser.close(), world.receiver.close(), world.tidepost.stop()]);
  });
};
