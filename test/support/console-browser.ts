import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect, inject, vi } from "vitest";

const wcag = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Those of its rules that look at colours: the others find the same in every theme. */
const colourRules = ["color-contrast", "link-in-text-block"];
/** Longest wait for what a page is to show, on a machine with other tests to run. */
export const patienceMs = 240_000;
/** Longest wait for a page to take its new shape, on such a machine. */
const settlingMs = 30_000;
const heights = { 1280: 900, 390: 844 } as const;

export type Theme = "light" | "dark";
export type Width = keyof typeof heights;

/** Widths that every view is looked at in: those of a laptop and of a phone. */
export const widths: readonly Width[] = [1280, 390];
/** Themes that every view is looked at in. */
export const themes: readonly Theme[] = ["light", "dark"];

/** Connects to the browser that all files share. Closing it closes the windows that were opened through it. */
export const joinBrowser = (): Promise<Browser> => chromium.connect(inject("browserEndpoint"));

/** A context whose pages are waited for as long as a busy machine needs. */
export const newContext = async (browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> => {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(patienceMs);
  return context;
};

/** A change of colours takes effect at once: transitions, which nothing here is about, would take longer than all the rest. */
const withoutTransitions = `
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, ::before, ::after { transition: none !important }");
  document.adoptedStyleSheets = [sheet];
`;

/** Resolves when a page has kept its shape for some frames: after the window's width, its parts change one after another. */
const settled = `new Promise((resolve) => {
  const shape = () => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return [scrollWidth, scrollHeight, ...["*", "[tabindex]"].map((all) => document.querySelectorAll(all).length)].join();
  };
  let last = "";
  let alike = 0;
  const look = () => {
    const now = shape();
    alike = now === last ? alike + 1 : 0;
    last = now;
    if (alike < 5) requestAnimationFrame(look);
    else resolve();
  };
  look();
})`;

/** The console in a window of its own. */
export interface ConsoleWindow {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Opens a path such as `/webhooks` and waits until the page shows what it is for. */
  readonly open: (path: string) => Promise<void>;
  /** Waits until the page that is open shows what it is for. */
  readonly ready: () => Promise<void>;
  /** Waits until a text can be seen, also more than once: Cloudscape repeats messages for screen readers after a second. */
  readonly says: (text: string | RegExp) => Promise<void>;
  /** What the browser complained about: errors, refused policies, faults of the page. */
  readonly complaints: readonly string[];
  /** Changes the system's theme, which the page follows as it is. */
  readonly setTheme: (theme: Theme) => Promise<void>;
  /** Makes the window as wide as that of a laptop or a phone. */
  readonly setWidth: (width: Width) => Promise<void>;
  /** Theme and width, to name a failure by. */
  readonly appearance: () => string;
  readonly close: () => Promise<void>;
}

interface WindowOptions {
  /** Base URL of the API up to its version. */
  readonly apiUrl: string;
  readonly theme?: Theme;
  readonly width?: Width;
  /**
   * Key that is signed in with, by the link of the local runtime.
   * @default none: the page for signing in is shown
   */
  readonly key?: string;
  /** Portal link that is opened instead. */
  readonly link?: string;
  /** Complaints of the browser that the test provokes, such as a refused request. */
  readonly expected?: RegExp;
}

/** Opens the console in a browser context of its own, so that nothing of another test is left in it. */
export const openConsole = async (
  browser: Browser,
  { apiUrl, theme = "light", width = 1280, key, link, expected }: WindowOptions,
): Promise<ConsoleWindow> => {
  const context = await newContext(browser, {
    colorScheme: theme,
    reducedMotion: "reduce",
    viewport: { width, height: heights[width] },
  });
  await context.addInitScript({ content: withoutTransitions });
  const page = await context.newPage();
  const complaints: string[] = [];
  const complain = (text: string): void => {
    if (expected?.test(text) !== true) complaints.push(text);
  };
  page.on("console", (message) => {
    if (message.type() === "error") complain(`error: ${message.text()}`);
  });
  page.on("pageerror", (error) => complain(`page error: ${error.message}`));

  const base = new URL("../console/", `${apiUrl}/`).href;
  const ready = async (): Promise<void> => {
    await page.locator('main[data-ready="true"]').waitFor();
  };
  await page.goto(link ?? (key === undefined ? base : `${base}#key=${encodeURIComponent(key)}`));
  await ready();
  let shownTheme = theme;
  let shownWidth = width;
  return {
    page,
    context,
    ready,
    says: async (text) => {
      await page.getByText(text).locator("visible=true").first().waitFor();
    },
    open: async (path) => {
      await page.goto(`${base}#${path}`);
      await ready();
    },
    complaints,
    setTheme: async (changed) => {
      await page.emulateMedia({ colorScheme: changed });
      const shows = `document.documentElement.style.colorScheme === "${changed}"`;
      await vi.waitUntil(() => page.evaluate<boolean>(shows), { timeout: patienceMs });
      shownTheme = changed;
    },
    setWidth: async (changed) => {
      await page.setViewportSize({ width: changed, height: heights[changed] });
      await page.evaluate(settled);
      shownWidth = changed;
    },
    appearance: () => `${shownTheme}, ${shownWidth} px`,
    close: async () => {
      // An answer that a route still waits for would fail with nobody to catch it.
      await page.unrouteAll({ behavior: "ignoreErrors" });
      await context.close();
    },
  };
};

/** Fails on anything that axe finds, by all rules or some, and on anything that the browser complained about. */
export const expectSound = async (
  { page, complaints, appearance }: ConsoleWindow,
  view: string,
  rules?: string[],
): Promise<void> => {
  // In one frame axe can run at once; what it passes it need not describe, which takes longer than to find it.
  expect(page.frames(), `${view}: frames`).toHaveLength(1);
  const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).setLegacyMode();
  const { violations } = await (rules === undefined ? axe.withTags(wcag) : axe.withRules(rules)).analyze();
  const found = violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ html }) => html) }));
  expect(found, `${view}, ${appearance()}: accessibility`).toEqual([]);
  expect(complaints, `${view}, ${appearance()}: complaints of the browser`).toEqual([]);
};

/** Fails when the page itself scrolls sideways: tables scroll in their own box. */
export const expectFitting = async ({ page, appearance }: ConsoleWindow, view: string): Promise<void> => {
  // Text, because this project is typed for Node and not for a browser.
  const tooWide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
  // A window that has become narrower folds its navigation some frames later.
  await expect
    .poll(() => page.evaluate<number>(tooWide), {
      timeout: settlingMs,
      message: `${view}, ${appearance()}: pixels that the page is too wide`,
    })
    .toBeLessThanOrEqual(0);
};

/** Both, in every theme and width, for what a page shows now. */
export const expectSoundInAll = async (console: ConsoleWindow, view: string): Promise<void> => {
  let order = themes;
  for (const width of widths) {
    await console.setWidth(width);
    await expectSoundInThemes(console, view, order);
    order = order.toReversed();
  }
};

/** Both, in every theme, for what a page shows now. */
export const expectSoundInThemes = async (console: ConsoleWindow, view: string, order = themes): Promise<void> => {
  for (const theme of order) {
    await console.setTheme(theme);
    await expectFitting(console, view);
    await expectSound(console, view, theme === order[0] ? undefined : colourRules);
  }
};
