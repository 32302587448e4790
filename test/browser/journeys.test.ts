import type { Browser, Page } from "playwright-core";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { answer } from "../support/receiver-behaviour.ts";
import { type ConsoleWindow, expectSound, openConsole, patienceMs } from "../support/console-browser.ts";
import type { Receiver } from "../support/receiver.ts";
import type { Tidepost } from "../support/tidepost.ts";
import { type ConsoleWorld, useConsole } from "../support/use-console.ts";

const key = crypto.randomUUID();

let browser: Browser;
let receiver: Receiver;
let tidepost: Tidepost;
let register: ConsoleWorld["register"];
let listed: ConsoleWorld["listed"];
useConsole(key, (world) => {
  ({ browser, receiver, tidepost, register, listed } = world);
});

const fill = async (page: Page, label: string, text: string): Promise<void> => {
  await page.getByLabel(label, { exact: true }).fill(text);
};

describe("signed in", () => {
  let console: ConsoleWindow;
  beforeEach(async () => {
    console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key, expected: /status of 4\d\d/ });
  });
  afterEach(() => console.close());

  it("a failed test POST keeps the input and says what to do; corrected, the webhook is created", async () => {
    const { page } = console;
    receiver.respond("/wrong", answer(404, {}, "no such path"));
    await console.open("/webhooks/new");
    await fill(page, "Name", "journey");
    await fill(page, "Target", `${receiver.url}/wrong`);
    await page.getByRole("checkbox", { name: /^Click click/ }).check();
    // Who looks something up on another page finds the form as it was.
    await console.open("/events");
    await console.open("/webhooks/new");
    await page.getByText("What was filled in before is still here.").waitFor();
    expect(await page.getByLabel("Target", { exact: true }).inputValue()).toBe(`${receiver.url}/wrong`);
    await page.getByRole("button", { name: "Create webhook" }).click();
    await page.getByText("The webhook was not saved").waitFor();
    await expectSound(console, "failed creation");
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("journey");
    expect(await page.getByRole("checkbox", { name: /^Click click/ }).isChecked()).toBe(true);
    expect(await listed("journey")).toBeUndefined();

    await page.getByRole("button", { name: "Send test POST" }).click();
    // The remedy quotes what the exchange shows.
    await console.says("The target answered 404");
    await console.says("no such path");
    await expectSound(console, "failed test");

    await fill(page, "Target", `${receiver.url}/right`);
    await page.getByRole("button", { name: "Create webhook" }).click();
    await console.says("Webhook journey created");
    expect(await listed("journey")).toMatchObject({ target: `${receiver.url}/right`, active: true });
    await console.open("/webhooks/new");
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("");
  });

  it("an edit sends only what was changed, and says when someone else was faster", async () => {
    const { page } = console;
    const id = await register("edited");
    await console.open(`/webhooks/${id}/edit`);
    await fill(page, "Name", "edited here");
    await tidepost.call("PUT", `/webhooks/${id}`, { body: { batch_size: 7 } });
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("button", { name: /Load the current settings/ }).click();
    await page.getByLabel("Maximum events in a batch").and(page.locator('[value="7"]')).waitFor();
    await fill(page, "Name", "edited again");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await console.says("Webhook edited again saved");
    const { json } = await tidepost.call("GET", `/webhooks/${id}`);
    expect(json.results).toMatchObject({ name: "edited again", batch_size: 7 });
  });

  it("a webhooks.json is imported: plan first, and a bad entry is named", async () => {
    const { page } = console;
    await console.open("/import");
    const entry = { name: "imported", target: `${receiver.url}/imported`, events: ["clik"] };
    const content = page.getByLabel("Or paste its content");
    await content.fill(JSON.stringify([entry]));
    await page.getByRole("button", { name: "Show the plan" }).click();
    await console.says("did you mean 'click'");
    await content.fill(JSON.stringify([{ ...entry, events: ["click"] }]));
    await page.getByRole("button", { name: "Show the plan" }).click();
    await page.getByText("nothing is changed yet").waitFor();
    await expectSound(console, "plan");
    expect(await listed("imported")).toBeUndefined();
    await page.getByRole("button", { name: "Apply the plan" }).click();
    await console.says("The file was imported");
    expect(await listed("imported")).toMatchObject({ target: entry.target });
  });

  it("an API key is shown once; the dialog stays until the user has stored it", async () => {
    const { page } = console;
    await console.open("/api-keys");
    await page.getByRole("button", { name: "Create API key" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Label").fill("made here");
    await dialog.getByRole("checkbox", { name: "View webhooks" }).check();
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByText("This is the only time").waitFor();
    await expectSound(console, "issued key");
    await page.keyboard.press("Escape");
    await page.getByText("This is the only time").waitFor();
    await page.getByRole("checkbox", { name: /I have stored/ }).check();
    await page.getByRole("button", { name: "Done" }).click();
    await page
      .getByRole("cell", { name: "made here" })
      .or(page.getByRole("rowheader", { name: "made here" }))
      .waitFor();
    expect(await page.getByText("This is the only time").count()).toBe(0);
  });

  it("everything is reached by keyboard alone", async () => {
    const { page } = console;
    /** Goes to a page by keys that count only when one follows the other in time. */
    const go = async (keys: string, heading: RegExp): Promise<void> => {
      const arrive = async (): Promise<void> => {
        for (const each of keys.split(" ")) await page.keyboard.press(each);
        await page.getByRole("heading", { name: heading, level: 1 }).waitFor({ timeout: 5_000 });
      };
      await vi.waitFor(arrive, { timeout: patienceMs });
      await console.ready();
    };
    await go("g e", /^Event catalogue/);
    await page.keyboard.press("/");
    await page.keyboard.type("bounce");
    await console.says(/^\d+ match(es)?$/);
    await page.keyboard.press("Tab");
    await page.getByRole("heading", { level: 1 }).focus();
    await go("g w", /^Webhooks/);
    await page.keyboard.press("c");
    await page.getByRole("heading", { name: "Create webhook", level: 1 }).waitFor();
    await page.getByLabel("Name", { exact: true }).focus();
    await page.keyboard.type("g w is text here");
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("g w is text here");
  });
});

describe("keys", () => {
  const keyWith = async (grants: readonly string[]): Promise<string> => {
    const { json } = await tidepost.call("POST", "/api-keys", { body: { label: grants.join(" "), grants } });
    return String(json.results.key);
  };

  /** Its key is revoked before the first test here: the authorizer's answer is reused for a minute. */
  let revoked: ConsoleWindow;
  beforeAll(async () => {
    const { json } = await tidepost.call("POST", "/api-keys", { body: { label: "short", grants: ["webhooks/view"] } });
    revoked = await openConsole(browser, {
      apiUrl: tidepost.apiUrl,
      key: json.results.key,
      expected: /status of 401/,
    });
    await revoked.page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    await tidepost.call("DELETE", `/api-keys/${json.results.id}`);
  });

  it("a wrong key is refused, and the right one leads to the page that was asked for", async () => {
    const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, expected: /status of 401/ });
    const { page } = console;
    await console.open("/events?type=click");
    await page.getByLabel("API key").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await console.says("The API does not know this key.");
    await expectSound(console, "refused key");
    await page.getByLabel("API key").fill(key);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Click", level: 2 }).waitFor();
    await console.close();
  });

  it("a key is forgotten by a reload unless it is kept; other tabs share it unstored, and lose it together", async () => {
    const console = await openConsole(browser, { apiUrl: tidepost.apiUrl });
    const { page, context } = console;
    const signIn = async (keep: boolean): Promise<void> => {
      await page.getByLabel("API key").fill(key);
      if (keep) await page.getByRole("checkbox", { name: "Keep the key for this tab" }).check();
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    };
    await signIn(false);
    await page.reload();
    await signIn(true);
    await page.reload();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    const other = await context.newPage();
    // The address that was shared is where it leads to.
    await other.goto(page.url().replace(/#.*$/, "#/events?type=click"));
    await other.getByRole("heading", { name: "Click", level: 2 }).waitFor();
    expect(await other.evaluate<string>("JSON.stringify([sessionStorage, localStorage])")).not.toContain(key);
    expect(await page.evaluate<string>("JSON.stringify(localStorage)")).not.toContain(key);
    expect(await context.cookies()).toEqual([]);
    await page.getByRole("button", { name: /^test/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in to Tidepost" }).waitFor();
    expect(await page.evaluate<string>("JSON.stringify(sessionStorage)")).not.toContain(key);
    await other.getByRole("heading", { name: "Sign in to Tidepost" }).waitFor();
    // The last tab takes the key with it.
    await signIn(false);
    await other.close();
    await page.reload();
    await page.getByRole("heading", { name: "Sign in to Tidepost" }).waitFor();
    await console.close();
  });

  it("the link of the local runtime signs in, and its key leaves the address at once", async () => {
    const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key });
    await console.page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    expect(console.page.url()).not.toContain(key);
    await console.close();
  });

  it("what a key may not do is disabled and says why; what it may not see names the grant", async () => {
    const viewer = await openConsole(browser, { apiUrl: tidepost.apiUrl, key: await keyWith(["webhooks/view"]) });
    await viewer.open("/webhooks");
    const create = viewer.page.locator("[aria-disabled=true]", { hasText: "Create webhook" }).first();
    await create.hover();
    await viewer.page
      .getByText(/lacks the grant webhooks\/modify/)
      .locator("visible=true")
      .first()
      .waitFor();
    expect(await create.count()).toBe(1);
    // What would be done to webhooks is not offered at all.
    expect(
      await viewer.page
        .getByRole("checkbox")
        .or(viewer.page.getByRole("button", { name: "Pause", exact: true }))
        .count(),
    ).toBe(0);
    await expectSound(viewer, "view only");
    await viewer.close();

    const options = { apiUrl: tidepost.apiUrl, key: await keyWith(["ingest/write"]) };
    const producer = await openConsole(browser, { ...options, expected: /status of 403/ });
    await producer.page.getByText("The overview could not be loaded").waitFor();
    await producer.page
      .getByText(/webhooks\/view/)
      .first()
      .waitFor();
    await expectSound(producer, "403");
    await producer.close();
  });

  it("a revoked key leads back to the page for signing in", async () => {
    await revoked.page.getByText("Sign in again").waitFor();
    expect(await revoked.page.getByLabel("API key").inputValue()).toBe("");
    await revoked.close();
  });
});

it("a server that is gone leaves the rows and says that they are old", async () => {
  const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key, expected: /Failed to load|ERR_/ });
  const { page, context } = console;
  await console.open("/webhooks");
  await page.getByText("journey").first().waitFor();
  await context.setOffline(true);
  await page.getByText("may be out of date").waitFor();
  await page.getByText("journey").first().waitFor();
  await expectSound(console, "stale rows");
  // The page may be faster to try again by itself, and then takes the button away.
  await page.getByRole("button", { name: "Try again" }).focus();
  await context.setOffline(false);
  await page.keyboard.press("Enter");
  await page.getByText("may be out of date").waitFor({ state: "detached" });
  expect(await page.getByText("journey").count()).toBeGreaterThan(0);
  await console.close();
});
