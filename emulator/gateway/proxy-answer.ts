import * as z from "zod";
import type { HttpAnswer } from "./gateway-responses.ts";
import { isBinaryType } from "./proxy-event.ts";

const headerValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const proxyAnswer = z
  .object({
    statusCode: z.coerce.number().int().min(100).max(599),
    headers: z.record(z.string(), headerValue).nullish(),
    multiValueHeaders: z.record(z.string(), z.array(headerValue)).nullish(),
    body: z.string().nullish(),
    isBase64Encoded: z.boolean().nullish(),
  })
  .strict();

interface ReadProxyAnswerOptions {
  readonly payload: string;
  readonly binaryMediaTypes: readonly string[];
  readonly accept: string | undefined;
}

/** Reads a proxy integration's answer; undefined when its form is not the one that API Gateway asks for. */
export const readProxyAnswer = (options: ReadProxyAnswerOptions): HttpAnswer | undefined => {
  const { payload, binaryMediaTypes, accept } = options;
  const result = proxyAnswer.safeParse(JSON.parse(payload));
  if (!result.success) return undefined;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = result.data;
  const multiple = Object.entries(multiValueHeaders ?? {});
  const names = new Set(multiple.map(([name]) => name.toLowerCase()));
  const pairs = [
    ...multiple.flatMap(([name, values]) => values.map((value) => [name, value] as const)),
    ...Object.entries(headers ?? {}).filter(([name]) => !names.has(name.toLowerCase())),
  ];
  const hasContentType = pairs.some(([name]) => name.toLowerCase() === "content-type");
  // Only a caller that accepts a binary type gets bytes; others get the base64 text.
  const firstAccepted = accept?.split(",")[0] ?? "*/*";
  const decodes = isBase64Encoded === true && isBinaryType([...binaryMediaTypes], firstAccepted);
  return {
    statusCode,
    headers: hasContentType ? pairs : [["Content-Type", "application/json"], ...pairs],
    body: decodes ? Buffer.from(body ?? "", "base64") : (body ?? ""),
  };
};
