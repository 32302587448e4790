import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maxUrlCharacters } from "#shared/contract/limits.ts";
import { parseTargetUrl } from "#shared/delivery/address-policy.ts";

const problemOf = (text: string): string | undefined => {
  const parsed = parseTargetUrl(text);
  return parsed.kind === "invalid" ? parsed.problem : undefined;
};
const hrefOf = (text: string): string | undefined => {
  const parsed = parseTargetUrl(text);
  return parsed.kind === "ok" ? parsed.url.href : undefined;
};

describe("parseTargetUrl", () => {
  test.each([
    ["http://example.com", "http://example.com/"],
    ["HTTPS://Example.COM:8443/in?x=1&y=%20#part", "https://example.com:8443/in?x=1&y=%20"],
    ["https://bücher.example/größe", "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe"],
    ["http://[2606:4700::1111]/", "http://[2606:4700::1111]/"],
  ])("accepts %s", (text, href) => {
    expect(hrefOf(text)).toBe(href);
  });

  test.each([
    ["ftp://example.com/", "http:// or https://"],
    ["file:///etc/passwd", "http:// or https://"],
    ["javascript:alert(1)", "http:// or https://"],
    ["example.com/in", "not a valid absolute URL"],
    ["//example.com/in", "not a valid absolute URL"],
    ["", "not a valid absolute URL"],
    ["http://", "not a valid absolute URL"],
    ["http://exa mple.com/", "not a valid absolute URL"],
    ["http://1.2.3.256/", "not a valid absolute URL"],
    ["http://[fe80::1%25eth0]/", "not a valid absolute URL"],
    ["http://user@example.com/", "user name"],
    ["http://:secret@example.com/", "user name"],
    ["http://example.com\t.evil.example/", "control character"],
    ["http://example.com/\r\nx-header: 1", "control character"],
    ["http://example.com/\u0000", "control character"],
    ["http://example.com:0/", "port 0"],
  ])("refuses %j", (text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });

  test("takes a URL of exactly the longest length and none longer", () => {
    const base = "http://example.com/";
    const longest = base + "a".repeat(maxUrlCharacters - base.length);
    expect(hrefOf(longest)).toBe(longest);
    expect(problemOf(`${longest}a`)).toContain("longer than");
  });

  test("whatever is accepted is http(s), carries no credentials and reads the same again", () => {
    const text = fc.oneof(
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.string(),
      fc.webUrl().map((url) => url.replace("//", "//a:b@")),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        const parsed = parseTargetUrl(candidate);
        if (parsed.kind === "invalid") return parsed.problem.endsWith(".");
        const { protocol, username, password, hash, href } = parsed.url;
        return /^https?:$/.test(protocol) && username + password + hash === "" && hrefOf(href) === href;
      }),
    );
  });
});
