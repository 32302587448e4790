import type { Page } from "playwright-core";

/**
 * Types a text, and counts the rows that are drawn anew or taken away meanwhile. How long a key stroke takes is measured by
 * `npm run bench -- fleet-console`.
 *
 * @param rows selector of the element whose children are looked at
 */
export const rowsDrawnBy = async (page: Page, rows: string, text: string): Promise<number> => {
  await page.evaluate(`window.rowsDrawn = 0; new MutationObserver((changes) => {
    for (const { addedNodes, removedNodes } of changes) window.rowsDrawn += addedNodes.length + removedNodes.length;
  }).observe(document.querySelector(${JSON.stringify(rows)}), { childList: true, subtree: true })`);
  for (const character of text) {
    await page.keyboard.type(character);
    await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))");
  }
  return await page.evaluate<number>("window.rowsDrawn");
};
