import type { Page } from "playwright-core";

/**
 * Types a text, and counts the calls of functions of a key stroke, and the rows that are drawn anew or taken away meanwhile:
 * numbers that do not depend on how fast the machine is. The clock of the page ticks in some strokes, hence the median.
 *
 * @param rows selector of the element whose children are looked at
 */
export const countCalls = async (
  page: Page,
  rows: string,
  text: string,
): Promise<{ readonly median: number; readonly rows: number }> => {
  const session = await page.context().newCDPSession(page);
  await session.send("Profiler.enable");
  await session.send("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  await page.evaluate(`window.rowsDrawn = 0; new MutationObserver((changes) => {
    for (const { addedNodes, removedNodes } of changes) window.rowsDrawn += addedNodes.length + removedNodes.length;
  }).observe(document.querySelector(${JSON.stringify(rows)}), { childList: true, subtree: true })`);
  const calls: number[] = [];
  for (const character of text) {
    await session.send("Profiler.takePreciseCoverage");
    await page.keyboard.type(character);
    await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))");
    const { result } = await session.send("Profiler.takePreciseCoverage");
    const counts = result.flatMap(({ functions }) => functions.map(({ ranges }) => ranges[0]?.count ?? 0));
    calls.push(counts.reduce((sum, number) => sum + number, 0));
  }
  await session.send("Profiler.stopPreciseCoverage");
  return {
    median: calls.toSorted((a, b) => a - b)[Math.floor(calls.length / 2)] ?? Number.NaN,
    rows: await page.evaluate<number>("window.rowsDrawn"),
  };
};
