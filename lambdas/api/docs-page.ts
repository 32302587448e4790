import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ApiDeps, PublicRequest, Text } from "./deps.ts";
import { exampleBaseUrl } from "./openapi/document.ts";

let stored: Promise<string> | undefined;

/** The page, which the build of the stack renders and puts next to this function's module. */
const storedPage = (): Promise<string> => {
  stored ??= readFile(new URL("docs.html", import.meta.url), "utf8").catch((error: unknown) => {
    stored = undefined;
    throw error;
  });
  return stored;
};

/**
 * `GET /docs`: the API documentation. One file that needs nothing else. The style sheet within it is allowed by its hash;
 * nothing else may load or run. With a slash at its end the path is the folder of the documents, where there are any.
 */
export const docsPage = async ({ baseUrl, hasDocuments }: ApiDeps, { endsInSlash }: PublicRequest): Promise<Text> => {
  if (endsInSlash && hasDocuments) return toDocuments;
  const page = await storedPage();
  return {
    status: 200,
    // The settings of the stack take no URL that means anything else within markup.
    text: page.replaceAll(exampleBaseUrl, baseUrl),
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": contentSecurityPolicy(page),
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "public, max-age=300",
    },
  };
};

/** Relative, because only the caller knows the address in front of the stage. */
const toDocuments: Text = { status: 302, text: "", headers: { "cache-control": "no-store", location: "index.html" } };

const contentSecurityPolicy = (page: string): string => {
  const [style = ""] = /(?<=<style>)[^<]*(?=<\/style>)/.exec(page) ?? [];
  const hash = createHash("sha256").update(style).digest("base64");
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
};
