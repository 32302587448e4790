import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** Stops that no journey needs more of. */
const maxStops = 80;
/** Pixels around an element that its focus ring may take. */
const ringPixels = 6;
/** A busy browser may paint the ring after the element has the focus. */
const ringTimeoutMs = 60_000;

/** A user without a mouse. */
export interface Keyboard {
  /** Presses a key until an element has the focus, and fails unless the focus can be seen there. */
  readonly reach: (wanted: Locator, key?: string) => Promise<void>;
  /** Presses Tab until something in an element has the focus. */
  readonly enter: (wanted: Locator) => Promise<void>;
  /** Waits until an element has the focus by itself. */
  readonly expectFocus: (wanted: Locator) => Promise<void>;
}

/** Moves about a page by keys alone. */
export const keyboardOf = (page: Page): Keyboard => {
  const focused = page.locator(":focus");
  const pressUntil = async (key: string, there: Locator): Promise<void> => {
    for (let stop = 0; stop < maxStops; stop += 1) {
      if ((await there.count()) > 0) return;
      await page.keyboard.press(key);
    }
    throw new Error(`${String(there)} is not reached by ${maxStops} times ${key}`);
  };
  return {
    reach: async (wanted, key = "Tab") => {
      await wanted.waitFor({ state: "attached" });
      if ((await wanted.and(focused).count()) > 0) return;
      const without = await pictureOf(page, wanted);
      await pressUntil(key, wanted.and(focused));
      await expect
        .poll(async () => (await pictureOf(page, wanted)).equals(without), {
          timeout: ringTimeoutMs,
          message: `the focus on ${String(wanted)} cannot be seen`,
        })
        .toBe(false);
    },
    enter: async (wanted) => {
      await wanted.waitFor();
      await pressUntil("Tab", wanted.locator(":focus"));
    },
    expectFocus: async (wanted) => {
      await wanted.and(focused).waitFor({ state: "attached" });
    },
  };
};

/** How an element looks, with what is drawn around it. */
const pictureOf = async (page: Page, wanted: Locator): Promise<Buffer> => {
  await wanted.scrollIntoViewIfNeeded();
  const box = await wanted.boundingBox();
  if (box === null) throw new Error(`${String(wanted)} has no place on the page`);
  const clip = {
    x: Math.max(0, box.x - ringPixels),
    y: Math.max(0, box.y - ringPixels),
    width: box.width + 2 * ringPixels,
    height: box.height + 2 * ringPixels,
  };
  return await page.screenshot({ clip, animations: "disabled" });
};
