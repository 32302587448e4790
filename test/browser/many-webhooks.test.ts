/** The console with 1,700 webhooks, whose first names are as hostile as names can be. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createClients } from "../../emulator/services/clients.ts";
import { displayText } from "#shared/contract/api/common.ts";
import {
  type ConsoleWindow,
  expectFitting,
  joinBrowser,
  openConsole,
  patienceMs,
  widths,
} from "../support/console-browser.ts";
import { expectApart } from "../support/expect-apart.ts";
import { rowsDrawnBy } from "../support/rows-drawn.ts";
import { type FilledFleet, fillFleet } from "../support/fill-fleet.ts";
import { hostileTexts } from "../support/hostile-values.ts";
import { joinTidepost } from "../support/join-tidepost.ts";
import type { Tidepost } from "../support/tidepost.ts";

const key = crypto.randomUUID();
const webhooks = 1_700;
const bidi = "factura\u202Egpj.exe";
const markup = `<img src=x onerror="window.ran = true"><b>bold</b>`;
const unbroken = "w".repeat(255);

const ofFullLength = (text: string): string => Array.from(text).slice(0, 255).join("");
/** Names that the API takes, and those with control characters, which it took once. */
const hostileNames = [
  bidi,
  markup,
  unbroken,
  ...Object.values(hostileTexts)
    .map((text) => ofFullLength(text.toWellFormed()).trim())
    .filter((text) => displayText.safeParse(text.replaceAll(/\p{Cc}/gu, "")).success),
];

let browser: Browser;
let tidepost: Tidepost;
let fleet: FilledFleet;
beforeAll(async () => {
  [browser, tidepost] = await Promise.all([joinBrowser(), joinTidepost(key)]);
  const { endpoints, tables } = inject("sharedSystem");
  const clients = createClients(endpoints);
  const { json } = await tidepost.call("GET", "/whoami");
  const customerId = json.results.customer_id;
  fleet = await fillFleet({ dynamodb: clients.dynamodb, tables, customerId, webhooks, names: hostileNames });
  clients.destroy();
});
// The webhooks go with the system: to delete them one by one takes longer than all tests.
afterAll(() => browser.close());

const look = async (see: (console: ConsoleWindow) => Promise<void>): Promise<void> => {
  const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key });
  const dialogs: string[] = [];
  console.page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  try {
    await see(console);
    expect(dialogs).toEqual([]);
    expect(await console.page.evaluate("window.ran")).toBeUndefined();
    expect(console.complaints).toEqual([]);
  } finally {
    await console.close();
  }
};

const count = (value: number): string => new Intl.NumberFormat("en-GB").format(value);

/** What is wider than where it stands, or taller than three lines, in the rows of a table. */
const brokenRows = `[...document.querySelectorAll("[data-webhook-rows] tbody tr")].flatMap((row) => {
  const tall = row.getBoundingClientRect().height;
  const wide = [...row.querySelectorAll("td, th")].filter((cell) => {
    const box = cell.getBoundingClientRect();
    return [...cell.querySelectorAll("bdi, .clamp, svg, time")].some((part) => {
      const inner = part.getBoundingClientRect();
      return inner.left < box.left - 1 || inner.right > box.right + 1 || inner.bottom > box.bottom + 1;
    });
  });
  return tall > 140 || wide.length > 0 ? [row.innerText.slice(0, 80) + " " + tall] : [];
})`;

const rowsOf = (page: Page) => page.locator("[data-webhook-rows] tbody tr");

describe("the list of 1,700 webhooks", () => {
  it("has every figure right, also where a webhook fails", async () => {
    const { counts, waiting, delivered } = fleet;
    await look(async (console) => {
      const { page } = console;
      await console.open("/webhooks");
      await page.getByText(`(${count(webhooks)})`).waitFor();
      expect(await rowsOf(page).count()).toBe(50);
      // Those that have lost a batch have failed, too; of those that are in order the busy ones have delivered something.
      const failed = counts.fails + counts.hasLost;
      const states = { Failed: failed, Parked: counts.parked, Paused: counts.paused };
      for (const [state, number] of Object.entries(states)) {
        await page.getByRole("button", { name: `${state} ${number}`, exact: true }).waitFor();
      }
      const chips = await page.locator(".state-chips button").allTextContents();
      const numbers = chips.map((text) => Number(text.replaceAll(/[^\d]/g, "")));
      expect(numbers.reduce((sum, number) => sum + number, 0)).toBe(webhooks);

      await page.getByRole("button", { name: `Failed ${failed}`, exact: true }).click();
      await page.getByText(`(${failed} of ${count(webhooks)})`).waitFor();
      const row = page.getByRole("row").filter({ hasText: "hooks.shop-0.example.com" });
      await row.getByText("Failed: retrying").waitFor();
      await row.getByText(`${waiting.batches} batches`, { exact: true }).waitFor();
      await row.getByTitle(`${count(waiting.events)} events`, { exact: true }).waitFor();
      await row
        .getByRole("img", { name: `Last 24 hours: ${delivered.batches} batches delivered, 0 attempts failed` })
        .waitFor();
      expect(await rowsOf(page).count()).toBe(failed);

      await console.open("/webhooks?sort=name&page=34");
      await page.getByRole("button", { name: /Page 34/ }).waitFor();
      expect(await rowsOf(page).count()).toBe(webhooks - 33 * 50);
    });
  });

  it("has all of its columns in sight at 1280 pixels, and scrolls sideways in its own box on a phone", async () => {
    await look(async (console) => {
      const { page } = console;
      await console.open("/webhooks");
      await rowsOf(page).first().waitFor();
      const headers = page.locator("[data-webhook-rows] thead th").locator("visible=true");
      const boxes = await Promise.all((await headers.all()).map((header) => header.boundingBox()));
      expect(boxes.length).toBeGreaterThan(6);
      for (const box of boxes) expect((box?.x ?? 0) + (box?.width ?? 2_000)).toBeLessThanOrEqual(1_280);
      for (const width of widths) {
        await console.setWidth(width);
        await expectFitting(console, "1,700 webhooks");
      }
    });
  });

  it("shows hostile names in rows of the usual size, one beside the other", async () => {
    await look(async (console) => {
      const { page } = console;
      for (const width of widths) {
        await console.setWidth(width);
        // The hostile names are those of the first webhooks.
        for (const path of ["/webhooks?sort=created", "/webhooks?sort=created&page=2", "/webhooks?sort=state"]) {
          await console.open(path);
          await rowsOf(page).first().waitFor();
          expect(await page.evaluate(brokenRows), `${path}, ${width} px`).toEqual([]);
          await expectFitting(console, path);
        }
      }
      await console.open("/webhooks?sort=created");
      const shown = await page.locator("[data-webhook-rows] tbody bdi").allTextContents();
      expect(shown).toEqual(hostileNames.slice(0, 50));
      for (const link of await page.locator("[data-webhook-rows] tbody bdi").all()) {
        expect((await link.boundingBox())?.width, (await link.textContent()) ?? "").toBeGreaterThan(3);
      }
    });
  });

  it("draws no row for a key stroke", async () => {
    await look(async (console) => {
      const { page } = console;
      await console.open("/webhooks");
      await rowsOf(page).nth(49).waitFor();
      // Nothing new comes until all is typed, however slow the machine is: neither what is found, nor the same rows once more.
      const held = Promise.withResolvers<undefined>();
      await page.route(/\/webhooks\/summary\?/, async (route) => {
        await held.promise;
        await route.continue();
      });
      const box = page.getByPlaceholder("Find by name, target or id");
      await box.focus();
      const drawn = await rowsDrawnBy(page, "[data-webhook-rows] tbody", "shop-1699");
      held.resolve(undefined);
      await console.says(/^1 match$/);
      await page.getByRole("link", { name: "Orders of shop 1699" }).waitFor();
      expect(drawn).toBe(0);
    });
  });
});

/** What stands below the charts over time. */
const axesOfTime = `[...document.querySelectorAll("svg")]
  .map((chart) => [...chart.querySelectorAll("[class*=ticks--bottom] text")].map(({ textContent }) => textContent))
  .filter((hours) => hours.length > 0)`;

it("the overview of 1,700 webhooks has the sums of what each has delivered, lost and still holds", async () => {
  const { counts, waiting, delivered } = fleet;
  const atRisk = counts.fails + counts.parked;
  await look(async (console) => {
    const { page } = console;
    await console.open("/overview");
    const sums = `${atRisk * waiting.batches} batches with ${count(atRisk * waiting.events)} events of ${atRisk} webhooks`;
    await page.getByText(sums, { exact: true }).waitFor();
    await page.getByText(/^Still counting/).waitFor({ state: "detached" });
    const axes = async () => await page.evaluate<readonly (readonly string[])[]>(axesOfTime);
    await expect.poll(axes, { timeout: patienceMs }).toHaveLength(3);
    const figure = async (label: string): Promise<string> =>
      (
        await page.locator("dt", { hasText: label }).locator("xpath=following-sibling::dd[1]").first().innerText()
      ).trim();
    expect(await figure("Events delivered")).toBe(count(counts.busy * delivered.events));
    expect(await figure("Batches delivered")).toBe(count(counts.busy * delivered.batches));
    expect(await figure("Attempts failed")).toBe("0 % (0)");
    expect(await figure("Batches expired")).toMatch(new RegExp(`^${counts.hasLost}\\b`));
    const table = page.getByRole("region", { name: "Webhooks that lose a batch first" });
    expect(await table.locator("tbody tr").count()).toBe(atRisk);
    const rows = await table.locator("tbody tr").allInnerTexts();
    for (const row of rows) expect(row).toMatch(/\t3\t7,404$/);
    await page.getByText("Every attempt took at most 40 ms of 6 s.").waitFor();
    for (const hours of await axes()) {
      expect(hours.length).toBe(new Set(hours).size);
      expect(hours.length).toBeGreaterThan(3);
    }
    for (const width of widths) {
      await console.setWidth(width);
      await expectFitting(console, "overview");
    }
  });
});

it("turns no text around that stands beside a name in a list, the overview or the catalogue", async () => {
  await look(async (console) => {
    const { page } = console;
    await console.open(`/webhooks?q=${encodeURIComponent(bidi)}`);
    await expectApart(console, "list", bidi);
    await console.open("/overview");
    await expectApart(console, "overview", bidi);
    await console.open("/events?type=click");
    await page.getByRole("button", { name: /^Show \d+ more$/ }).click();
    await expectApart(console, "event", bidi);
  });
});
