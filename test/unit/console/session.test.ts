import { expect, it } from "vitest";
import { linkedKey } from "../../../console/linked-key.ts";

it.each([
  ["#key=local-key", "local-key"],
  ["#key=a%26b%25", "a&b%"],
  ["#key=%", undefined],
  ["#key=%E0%A4%A", undefined],
  ["#key=", undefined],
  ["#/webhooks", undefined],
])("a link %s has the key %s", (hash, key) => {
  expect(linkedKey({ hash, hostname: "127.0.0.1" })).toBe(key);
});

it.each(["api.example.com", "localhost.example.com", "127.0.0.1.example.com", ""])(
  "no key is taken at %j",
  (hostname) => {
    expect(linkedKey({ hash: "#key=local-key", hostname })).toBeUndefined();
  },
);
