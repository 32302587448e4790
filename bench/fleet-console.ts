/**
 * The console in Chromium with 10,000 webhooks: how soon the first rows are there, the CPU time of the page's thread for a
 * key stroke in the search, and its memory after garbage collection while it polls. Chromium and the system share the machine.
 */
import { setTimeout as delay } from "node:timers/promises";
import { type CDPSession, chromium, type Page } from "playwright-core";
import { chromiumPath } from "../test/support/chromium.ts";
import { openTidepost } from "../test/support/open-tidepost.ts";
import { type Benchmark, quantile, type Report } from "./support/benchmark.ts";
import { fillOwnFleet } from "./support/fleet.ts";

const webhooks = 10_000;
const key = "fleet-key";
const opened = 5;
const searched = "orders of shop 99";
/** Longer than the search waits for another key stroke. */
const settleMs = 700;
const pollingMs = 10 * 60_000;
const memoryEveryMs = 60_000;

const metricsOf = async (session: CDPSession): Promise<ReadonlyMap<string, number>> => {
  const { metrics } = await session.send("Performance.getMetrics");
  return new Map(metrics.map(({ name, value }) => [name, value]));
};

/** What the page holds when nothing is left to collect. */
const heldBy = async (session: CDPSession): Promise<{ readonly heapMb: number; readonly nodes: number }> => {
  await session.send("HeapProfiler.collectGarbage");
  const metrics = await metricsOf(session);
  return { heapMb: (metrics.get("JSHeapUsedSize") ?? 0) / 1e6, nodes: metrics.get("Nodes") ?? 0 };
};

/** CPU time of the page's thread while something is done, in milliseconds. */
const cpuMs = async (session: CDPSession, act: () => Promise<void>): Promise<number> => {
  const before = (await metricsOf(session)).get("TaskDuration") ?? 0;
  await act();
  return (((await metricsOf(session)).get("TaskDuration") ?? 0) - before) * 1_000;
};

const firstRows = async (page: Page): Promise<void> =>
  await page.locator('[data-webhook-rows] tbody a[href^="#/webhooks/"]').first().waitFor();

const typing = async (page: Page, session: CDPSession, report: Report): Promise<void> => {
  const box = page.getByPlaceholder("Find by name, target or id");
  await box.focus();
  const size = `${searched.length} key strokes, a page of 50 rows of ${webhooks} webhooks`;
  const strokes: number[] = [];
  // As fast as somebody types: the server is asked once, when the text is whole.
  for (const character of searched) {
    strokes.push(
      await cpuMs(session, async () => {
        await page.keyboard.type(character);
        await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))");
      }),
    );
  }
  const whole = await cpuMs(session, async () => {
    await page
      .getByText(/^\d+ match/)
      .first()
      .waitFor();
    await delay(settleMs);
  });
  report.figure({ name: "a key stroke in the search, p50", size, unit: "ms CPU", runs: [quantile(strokes, 0.5)] });
  report.figure({ name: "a key stroke in the search, slowest", size, unit: "ms CPU", runs: [Math.max(...strokes)] });
  report.figure({ name: "drawing what was found", size: "1 search", unit: "ms CPU", runs: [whole] });
};

const polling = async (session: CDPSession, report: Report): Promise<void> => {
  const held = [await heldBy(session)];
  const cpu = await cpuMs(session, async () => {
    for (let passedMs = 0; passedMs < pollingMs; passedMs += memoryEveryMs) {
      report.progress(`polling: minute ${passedMs / memoryEveryMs + 1} of ${pollingMs / memoryEveryMs}`);
      await delay(memoryEveryMs);
      held.push(await heldBy(session));
    }
  });
  const size = `the list, ${pollingMs / 60_000} minutes`;
  for (const [name, index] of [
    ["at first", 0],
    ["after a minute", 1],
    ["in the end", -1],
  ] as const) {
    const { heapMb = Number.NaN, nodes = Number.NaN } = held.at(index) ?? {};
    report.figure({ name: `memory of the page ${name}`, size, unit: "MB", runs: [heapMb] });
    report.figure({ name: `nodes of the page ${name}`, size, unit: "nodes", runs: [nodes] });
  }
  report.figure({ name: "polling", size: "a minute", unit: "ms CPU", runs: [cpu / (pollingMs / 60_000)] });
};

export const fleetConsole: Benchmark = {
  method: `The console's list of ${webhooks} webhooks in Chromium, on the machine of the system.`,
  run: async (report) => {
    const system = await openTidepost({ key, hasConsole: true, retryScale: 1 });
    const browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox", "--disable-gpu"] });
    try {
      report.progress(`putting ${webhooks} webhooks into the tables`);
      await fillOwnFleet(system, webhooks);
      const address = `${system.apiUrl}/console/`;
      const shown: number[] = [];
      let page: Page | undefined;
      for (let run = 1; run <= opened; run += 1) {
        report.progress(`first rows: run ${run} of ${opened}`);
        await page?.context().close();
        page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
        await page.addInitScript({ content: `sessionStorage.setItem("tidepost-key", ${JSON.stringify(key)})` });
        const startedAt = performance.now();
        await page.goto(`${address}#/webhooks`);
        await firstRows(page);
        shown.push(performance.now() - startedAt);
      }
      if (page === undefined) return;
      report.figure({ name: "first rows, nothing cached", size: `${webhooks} webhooks`, unit: "ms", runs: shown });
      const session = await page.context().newCDPSession(page);
      await session.send("Performance.enable");
      await typing(page, session, report);
      await page.goto(`${address}#/webhooks`);
      await firstRows(page);
      await polling(session, report);
    } finally {
      await browser.close();
      await system.stop();
    }
  },
};
