import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { documentOf, operationsOf } from "../../../lambdas/api/openapi/document.ts";
import { html, inline } from "../../../tools/api-docs/html.ts";
import { renderPage } from "../../../tools/api-docs/page.ts";

const baseUrl = "https://tidepost.example.com/api";
const page = renderPage(documentOf(baseUrl));

describe("the documentation page", () => {
  it("shows every operation with its path, its errors and a curl line", () => {
    for (const { path, operation } of operationsOf(documentOf(baseUrl))) {
      const { operationId, summary, responses } = operation;
      const [, section = ""] = page.split(`<h3 id="${operationId}">`);
      const own = section.split("</section>", 1)[0] ?? "";
      expect(own).toContain(summary);
      expect(own).toContain(`<code class="path">${path}</code>`);
      expect(own).toContain("curl");
      const codes = Object.values(responses).flatMap((response) => Object.keys(response["x-error-codes"] ?? {}));
      expect(codes.filter((code) => !own.includes(`<code>${code}</code>`))).toEqual([]);
    }
    expect(page).toContain(`curl -X POST &#39;${baseUrl}/v1/webhooks&#39; \\\n  -H`);
  });

  it("leads to nothing that is not there", () => {
    const anchors = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...page.matchAll(/ href="([^"]+)"/g)].map(([, href = ""]) => href);
    const within = links.filter((href) => href.startsWith("#"));
    expect(within.length).toBeGreaterThan(50);
    expect(within.filter((href) => !anchors.has(href.slice(1)))).toEqual([]);
    expect([...anchors]).toHaveLength([...page.matchAll(/ id="/g)].length);
    const others = links.filter((href) => !href.startsWith("#"));
    expect(others).toEqual([`${baseUrl}/v1/openapi.json`, `${baseUrl}/v1/../docs/index.html`]);
  });

  it("loads and runs nothing", () => {
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|form)\b| on\w+=| style=|@import|url\(/i);
  });

  it("has one heading of the first rank, a language, and names for what can be scrolled", () => {
    expect(page.match(/<h1>/g)).toHaveLength(1);
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(page.match(/<pre\b/g)).toHaveLength(page.match(/<pre tabindex="0" aria-label="/g)?.length ?? 0);
  });
});

describe("markup", () => {
  it("never holds text as it came", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("<", ">", '"', "'", "&", "a", "`", "\n") }), (text) => {
        const { markup } = html`${text}`;
        expect(markup).not.toMatch(/[<>"']/);
        expect(markup.replaceAll(/&(lt|gt|quot|amp|#39);/g, "")).not.toContain("&");
        expect(inline(text).markup.replaceAll(/<\/?code>/g, "")).not.toMatch(/[<>"'`]/);
      }),
    );
  });

  it("joins lists and leaves out what is not there", () => {
    expect(html`<p>${["a", html`<b>${1}</b>`]}${undefined}</p>`.markup).toBe("<p>a<b>1</b></p>");
  });
});
