import type { Answer, ApiDeps } from "../deps.ts";
import { documentOf } from "./document.ts";

/** `GET /openapi.json`. */
export const readDocument = ({ baseUrl }: ApiDeps): Promise<Answer> =>
  Promise.resolve({
    status: 200,
    text: JSON.stringify(documentOf(baseUrl)),
    headers: { "content-type": "application/json", "cache-control": "public, max-age=300" },
  });
