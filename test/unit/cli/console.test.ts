import { expect, it } from "vitest";
import { hasScreen, openerOf } from "../../../cli/commands/console.ts";

it.each(["darwin", "linux", "win32", "freebsd"] as const)(
  "on %s a URL is opened by no shell that would obey it",
  (platform) => {
    const url = "http://127.0.0.1:4010/api/console/?a=1&calc.exe#key=a%20b|c";
    const [command, ...args] = openerOf(platform, url);
    expect(command).not.toMatch(/cmd|powershell|sh$/);
    expect(args.at(-1)).toBe(url);
  },
);

it.each([
  ["linux", {}, false],
  ["linux", { DISPLAY: ":0" }, true],
  ["linux", { WAYLAND_DISPLAY: "wayland-0" }, true],
  ["linux", { BROWSER: "/usr/bin/firefox", DISPLAY: "" }, true],
  ["freebsd", { DISPLAY: "" }, false],
  ["darwin", {}, true],
  ["win32", {}, true],
] as const)("on %s with %j a browser would be seen: %s", (platform, env, expected) => {
  expect(hasScreen(platform, env)).toBe(expected);
});
