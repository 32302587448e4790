import { afterEach, expect, it, vi } from "vitest";
import { isOwnOrigin, shareKey } from "../../../console/shared-key.ts";

const open: { readonly close: () => void }[] = [];
afterEach(() => {
  for (const channel of open.splice(0)) channel.close();
});

/** A tab of the browser, with the key that it has. */
const openTab = (name: string, key?: string) => {
  const tab = { key };
  const channel = new BroadcastChannel(name);
  open.push(channel);
  const shared = shareKey({
    channel: {
      post: (message) => channel.postMessage(message),
      listen: (hear) => {
        channel.addEventListener("message", (event) => hear((event as Event & { readonly data: unknown }).data));
      },
    },
    current: () => tab.key,
    take: (found) => {
      tab.key = found;
    },
    forget: () => {
      tab.key = undefined;
    },
  });
  return {
    key: () => tab.key,
    signIn: (given: string) => {
      tab.key = given;
      shared.signedIn(given);
    },
    signOut: () => {
      tab.key = undefined;
      shared.signedOut();
    },
    close: () => channel.close(),
    say: (message: unknown) => channel.postMessage(message),
  };
};

it("a new tab gets the key of another one, and goes on without it", async () => {
  const name = crypto.randomUUID();
  const first = openTab(name, "secret");
  const second = openTab(name);
  await vi.waitFor(() => expect(second.key()).toBe("secret"), { timeout: 60_000 });
  first.close();
  const third = openTab(name);
  await vi.waitFor(() => expect(third.key()).toBe("secret"), { timeout: 60_000 });
});

it("tabs that wait for a key get the one that is given in any of them, and all lose it together", async () => {
  const name = crypto.randomUUID();
  const [first, second] = [openTab(name), openTab(name)];
  first.signIn("secret");
  await vi.waitFor(() => expect(second.key()).toBe("secret"), { timeout: 60_000 });
  second.signOut();
  await vi.waitFor(() => expect(first.key()).toBeUndefined(), { timeout: 60_000 });
});

it("a tab keeps the key that it has, whatever others say", async () => {
  const name = crypto.randomUUID();
  const [mine, theirs] = [openTab(name, "mine"), openTab(name, "theirs")];
  for (const message of [null, "ask", { kind: "key" }, { kind: "key", key: 5 }, { kind: "key", key: "theirs" }]) {
    theirs.say(message);
  }
  const waiting = openTab(name);
  await vi.waitFor(() => expect(waiting.key()).toBeDefined(), { timeout: 60_000 });
  expect(mine.key()).toBe("mine");
});

it.each([
  ["127.0.0.1", "/api/console/", true],
  ["localhost", "/api/console/", true],
  ["a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com", "/api/console/", true],
  ["a1b2c3d4e5.execute-api.cn-north-1.amazonaws.com.cn", "/api/console/", true],
  // Others may answer there, too.
  ["127.0.0.1", "/some/prefix/api/console/", false],
  ["hooks.example.com", "/api/console/", false],
  ["execute-api.example.com", "/api/console/", false],
  ["a.execute-api.eu-west-1.amazonaws.com.example.com", "/api/console/", false],
])("at %s%s the origin is the stack's alone: %s", (hostname, pathname, expected) => {
  expect(isOwnOrigin({ hostname, pathname })).toBe(expected);
});
