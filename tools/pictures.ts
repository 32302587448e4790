/** `npm run pictures`: records `npm run dev` and its console for the README. It needs Chromium, or CHROMIUM_PATH. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { chromium } from "playwright-core";
import { type RecordedLine, terminalSvg } from "./terminal-svg.ts";

const key = "local-key";
const recordedLines = 16;
const consoleWaitMs = 60_000;
const folder = "docs/pictures";

const startedAt = Date.now();
const lines: RecordedLine[] = [{ text: "$ npm run dev", atMs: 0 }];
const child = spawn(process.execPath, ["local/main.ts", "--rate", "20", "--key", key], {
  stdio: ["ignore", "pipe", "inherit"],
});
createInterface({ input: child.stdout }).on("line", (text) => lines.push({ text, atMs: Date.now() - startedAt }));
try {
  while (lines.length < recordedLines) await delay(100);
  writeFileSync(`${folder}/dev.svg`, terminalSvg(lines.slice(0, recordedLines), "npm run dev, recorded"));

  // The console is built while the system runs; some traffic makes the picture tell more.
  await delay(20_000);
  const browser = await chromium.launch({ executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium" });
  const page = await browser.newPage({ viewport: { width: 1_280, height: 720 } });
  await page.goto(`http://127.0.0.1:4010/api/console/#key=${key}`);
  await page.getByRole("link", { name: "Webhooks", exact: true }).click({ timeout: consoleWaitMs });
  await page.getByRole("link", { name: "quickstart" }).first().click({ timeout: consoleWaitMs });
  await page.waitForLoadState("networkidle");
  await delay(2_000);
  await page.screenshot({ path: `${folder}/console.png` });
  await browser.close();
} finally {
  child.kill("SIGINT");
  await once(child, "exit");
}
