import { createHash } from "node:crypto";
import type { Answer, ApiDeps } from "../deps.ts";
import { documentOf } from "../openapi/document.ts";
import { renderPage } from "./page.ts";
import { style } from "./style.ts";

/**
 * `GET /docs`: the API documentation. One file that needs nothing else, so that it reads the same with and without a slash at
 * its end, at any address. The style sheet within it is allowed by its hash; nothing else may load or run.
 */
export const docsPage = ({ baseUrl }: ApiDeps): Promise<Answer> =>
  Promise.resolve({
    status: 200,
    text: renderPage(documentOf(baseUrl)),
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": contentSecurityPolicy(),
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "public, max-age=300",
    },
  });

const contentSecurityPolicy = (): string => {
  const hash = createHash("sha256").update(style).digest("base64");
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
};
