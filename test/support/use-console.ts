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
  /** Registers a webhook of that name, with a path of the receiver as its target; returns its id. */
  readonly register: (name: string) => Promise<string>;
  /** The webhook of that name as the list has it. */
  readonly listed: (name: string) => Promise<Listed | undefined>;
}

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  readonly target: string;
}

const webhooksOf = (receiver: Receiver, tidepost: Tidepost): Pick<ConsoleWorld, "register" | "listed"> => ({
  register: async (name) => {
    const body = { name, target: `${receiver.url}/${name}`, events: ["delivery"] };
    const { json } = await tidepost.call("POST", "/webhooks", { body });
    return String(json.results.id);
  },
  listed: async (name) => {
    const { json } = await tidepost.call("GET", "/webhooks");
    return (json.results as readonly Listed[]).find((webhook) => webhook.name === name);
  },
});

/** Prepares the world before the tests of a file, and takes it away after them. */
export const useConsole = (key: string, begin: (world: ConsoleWorld) => void): void => {
  let world: ConsoleWorld;
  beforeAll(async () => {
    const [browser, receiver, tidepost] = await Promise.all([joinBrowser(), startReceiver(), joinTidepost(key)]);
    world = { browser, receiver, tidepost, ...webhooksOf(receiver, tidepost) };
    begin(world);
  });
  afterAll(async () => {
    await Promise.all([world.browser.close(), world.receiver.close(), world.tidepost.stop()]);
  });
};
