import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openConsole, joinBrowser } from "../support/console-browser.ts";
import { joinTidepost } from "../support/join-tidepost.ts";
import { keyboardOf } from "../support/keyboard.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import type { Tidepost } from "../support/tidepost.ts";

let browser: Browser;
let receiver: Receiver;
let tidepost: Tidepost;
beforeAll(async () => {
  [browser, receiver, tidepost] = await Promise.all([joinBrowser(), startReceiver(), joinTidepost()]);
});
afterAll(async () => {
  await Promise.all([browser.close(), receiver.close(), tidepost.stop()]);
});

it("leads from signing in to the first batch of a new webhook by keyboard alone", async () => {
  const console = await openConsole(browser, { apiUrl: tidepost.apiUrl });
  const { page } = console;
  const { reach, enter, expectFocus } = keyboardOf(page);
  const press = async (key: string): Promise<void> => await page.keyboard.press(key);
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  const heading = (name: string) => page.getByRole("heading", { level: 1, name });
  const dialog = page.getByRole("dialog");
  /** Goes round a dialog: every stop is in it. */
  const expectTrapped = async (): Promise<void> => {
    for (let stop = 0; stop < 12; stop += 1) {
      await press(stop < 6 ? "Tab" : "Shift+Tab");
      // The layout's guards hold the focus for a moment on its way round.
      await dialog.locator(":focus").waitFor({ state: "attached" });
    }
  };

  await expectFocus(page.getByLabel("API key"));
  await page.keyboard.type(tidepost.key);
  await press("Enter");
  await expectFocus(heading("Overview"));
  const first = page.getByRole("link", { name: "Create the first webhook" });
  await reach(first);
  // What the first answer changes is drawn when the second comes.
  for (const _ of [1, 2]) await page.waitForResponse((answer) => /\/webhooks\/overview/.test(answer.url()));
  expect(await first.and(page.locator(":focus")).count(), "the focus while the overview is read again").toBe(1);
  await press("Enter");

  await expectFocus(heading("Create webhook"));
  await reach(page.getByLabel("Name", { exact: true }));
  await page.keyboard.type("By keyboard");
  await reach(page.getByLabel("Target", { exact: true }));
  await page.keyboard.type(`${receiver.url}/hook`);
  await reach(page.getByRole("radio", { name: "Selected events" }));
  await press("ArrowUp");
  await reach(page.getByRole("radio", { name: "All events, including future ones" }));
  expect(await page.getByRole("radio", { name: "All events, including future ones" }).isChecked()).toBe(true);
  await reach(page.getByRole("checkbox", { name: "Sign each POST" }));
  await press("Space");
  await reach(button("Send test POST"));
  await press("Enter");
  await console.says("The target answered 200");
  await reach(button("Create webhook"));
  await press("Enter");

  await dialog.getByText("This is the only time").waitFor();
  await expectTrapped();
  await reach(dialog.getByRole("checkbox", { name: /I have stored/ }));
  await press("Space");
  await reach(dialog.getByRole("button", { name: "Done" }));
  await press("Enter");
  await expectFocus(heading("By keyboard"));

  await reach(button("Pause"));
  await press("Enter");
  await dialog.getByText("not collected").waitFor();
  await expectTrapped();
  await press("Escape");
  await dialog.waitFor({ state: "detached" });
  await expectFocus(button("Pause"));

  await tidepost.ingest([JSON.stringify({ msys: { message_event: { type: "delivery", customer_id: "1" } } })]);
  await reach(page.getByRole("tab", { name: "Overview" }));
  await press("ArrowRight");
  await expectFocus(page.getByRole("tab", { name: "Batches" }));
  await press("Enter");
  await expectFocus(heading("By keyboard"));
  const batch = page.getByRole("row", { name: /Delivered/ }).getByRole("link");
  await batch.waitFor();
  // Into the table by Tab, and from cell to cell by arrows.
  await enter(page.locator("table", { has: batch }));
  await press("ArrowDown");
  await reach(batch, "ArrowRight");
  await press("Enter");
  await expectFocus(heading("Batch"));
  await page.getByText("Attempt 1: 200").waitFor();
  expect(console.complaints).toEqual([]);
  await console.close();
});
