import { expect } from "vitest";
import { type ConsoleWindow, expectFitting } from "./console-browser.ts";

/** Nobody sees their text, or it is code. The last is what a screen reader says of a message, a while after it has come. */
const unseen = "title, pre, textarea, .visually-hidden, body > [aria-live]";

/** Where a name stands in one run of text with something else, which it could turn around. */
const mixedWith = (name: string): string => `((name) => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const mixed = [];
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    if (!text.data.includes(name) || text.parentElement.closest("${unseen}") !== null) continue;
    let run = text.parentElement;
    const isOpen = ({ display, unicodeBidi }) => display === "inline" && !/isolate|plaintext/.test(unicodeBidi);
    while (isOpen(getComputedStyle(run))) run = run.parentElement;
    if (run.textContent.trim() !== name) mixed.push(run.textContent);
  }
  return mixed;
})(${JSON.stringify(name)})`;

/** Fails when a name that a page shows stands in one run of text with something else, or makes the page too wide. */
export const expectApart = async (console: ConsoleWindow, view: string, name: string): Promise<void> => {
  await console.page.getByText(name).locator("visible=true").first().waitFor();
  expect(await console.page.evaluate(mixedWith(name)), view).toEqual([]);
  await expectFitting(console, view);
};
