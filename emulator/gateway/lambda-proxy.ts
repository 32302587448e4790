import * as z from "zod";
import { accountId } from "../template/resource-identity.ts";
import type { HttpAnswer } from "./gateway-responses.ts";

/** An HTTP request as the gateway received it. */
export interface GatewayRequest {
  readonly requestId: string;
  readonly method: string;
  /** Without the stage; a trailing slash is kept. */
  readonly path: string;
  readonly query: string;
  /** Name and value alternate, as sent. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly receivedAt: number;
}

export interface ApiFacts {
  readonly apiId: string;
  readonly stage: string;
  readonly binaryMediaTypes: readonly string[];
}

type MultiValue = Readonly<Record<string, readonly string[]>>;

const collect = (pairs: Iterable<readonly [string, string]>): MultiValue => {
  const collected = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const values = collected.get(name) ?? [];
    values.push(value);
    collected.set(name, values);
  }
  return Object.fromEntries(collected);
};

const lastValues = (multiple: MultiValue): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(multiple).map(([name, values]) => [name, values.at(-1) ?? ""]));

const nullIfEmpty = <Values extends object>(values: Values): Values | null =>
  Object.keys(values).length === 0 ? null : values;

const headerPairs = function* (rawHeaders: readonly string[]): Generator<readonly [string, string]> {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    yield [rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""];
  }
};

/** A header's first value, whatever the case of its name. */
export const headerOf = (request: GatewayRequest, name: string): string | undefined => {
  for (const [key, value] of headerPairs(request.rawHeaders)) if (key.toLowerCase() === name) return value;
  return undefined;
};

/** Whether a media type is among the API's binary ones; `*` stands for any part. */
export const isBinaryType = (binaryMediaTypes: readonly string[], contentType: string): boolean => {
  const [type = "", subtype = ""] = (contentType.split(";")[0] ?? "").trim().toLowerCase().split("/");
  const covers = (declared: string | undefined, part: string): boolean => declared === "*" || declared === part;
  return binaryMediaTypes.some((declared) => {
    const [declaredType, declaredSubtype] = declared.toLowerCase().split("/");
    return covers(declaredType, type) && covers(declaredSubtype, subtype);
  });
};

/** Time in the common log format, as the request context has it. */
const logTime = (time: number): string => {
  const [, day, month, year, clock] = new Date(time).toUTCString().split(" ");
  return `${day}/${month}/${year}:${clock} +0000`;
};

interface RequestPartOptions {
  readonly request: GatewayRequest;
  readonly api: ApiFacts;
  readonly resource: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** What a proxy event and a REQUEST authorizer's event share. */
export const requestPart = ({ request, api, resource, pathParameters }: RequestPartOptions) => {
  const multiValueHeaders = collect(headerPairs(request.rawHeaders));
  const multiValueQueryStringParameters = collect(new URLSearchParams(request.query));
  return {
    resource,
    path: request.path,
    httpMethod: request.method,
    headers: lastValues(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: nullIfEmpty(lastValues(multiValueQueryStringParameters)),
    multiValueQueryStringParameters: nullIfEmpty(multiValueQueryStringParameters),
    pathParameters: nullIfEmpty(pathParameters),
    stageVariables: null,
    requestContext: {
      accountId,
      apiId: api.apiId,
      domainName: headerOf(request, "host") ?? "",
      extendedRequestId: request.requestId,
      httpMethod: request.method,
      identity: { sourceIp: "127.0.0.1", userAgent: headerOf(request, "user-agent") ?? null },
      path: `/${api.stage}${request.path}`,
      protocol: "HTTP/1.1",
      requestId: request.requestId,
      requestTime: logTime(request.receivedAt),
      requestTimeEpoch: request.receivedAt,
      resourceId: resource,
      resourcePath: resource,
      stage: api.stage,
    },
  };
};

interface ProxyEventOptions extends RequestPartOptions {
  readonly authorizer: Readonly<Record<string, unknown>> | undefined;
}

/** The event of a Lambda proxy integration (payload version 1.0). */
export const proxyEvent = (options: ProxyEventOptions): string => {
  const { request, api, authorizer } = options;
  const part = requestPart(options);
  const isBinary = isBinaryType(api.binaryMediaTypes, headerOf(request, "content-type") ?? "application/json");
  const hasBody = request.body.length > 0;
  return JSON.stringify({
    ...part,
    requestContext: { ...part.requestContext, ...(authorizer !== undefined && { authorizer }) },
    body: hasBody ? request.body.toString(isBinary ? "base64" : "utf8") : null,
    isBase64Encoded: hasBody && isBinary,
  });
};

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

/** API Gateway sends this header of a function under another name. */
const remapped = (name: string): string =>
  name.toLowerCase() === "www-authenticate" ? `x-amzn-Remapped-${name}` : name;

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
  ].map(([name, value]) => [remapped(name), value] as const);
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
