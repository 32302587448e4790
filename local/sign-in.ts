/**
 * Lets the console of `npm run dev` sign in without being asked for a key. The document of the console carries a code that is good
 * once; the console gives the code back and gets the key. Only a page that this machine's browser opened by the runtime's own
 * address can read the document or send the code. Nothing of this is in the stack: the functions know no code.
 */
import { randomBytes } from "node:crypto";
import * as z from "zod";
import type { InvocationResult } from "../emulator/functions/environment.ts";
import type { FunctionPool } from "../emulator/functions/function-pool.ts";
import { jsonOf } from "#shared/text/json.ts";
import { isConsole } from "./console-site.ts";
import { wellKnownKey } from "./options.ts";

export interface LocalSignIn {
  /** Adds codes to the console's document, and answers those who bring one; any other function stays as it is. */
  readonly wrapFunction: (pool: FunctionPool) => FunctionPool;
  /** Begins to give codes, to browsers that come by the address of the API. */
  readonly open: (apiUrl: string) => void;
}

/** A document is read and its script runs within this time, even while the machine is busy. */
const codeLifeMs = 120_000;
/** Codes that nobody has brought back yet; the oldest goes when there is one more. */
const maxCodes = 100;

const requestOf = z.object({
  httpMethod: z.string(),
  path: z.string(),
  multiValueHeaders: z.record(z.string(), z.array(z.string())),
  body: z.string().nullable(),
  isBase64Encoded: z.boolean(),
});
type Request = z.output<typeof requestOf>;

const answerOf = z.looseObject({
  statusCode: z.number(),
  headers: z.record(z.string(), z.unknown()),
  body: z.string(),
  isBase64Encoded: z.boolean().optional(),
});

const documentPath = "/console/";
const signInPath = "/console/sign-in";

const valuesOf = ({ multiValueHeaders }: Request, name: string): readonly string[] =>
  Object.entries(multiValueHeaders).flatMap(([key, values]) => (key.toLowerCase() === name ? values : []));

/** The only value of a header; undefined when there is none, or more than one. */
const only = (request: Request, name: string): string | undefined => {
  const values = valuesOf(request, name);
  return values.length === 1 ? values[0] : undefined;
};

/** Whether what the browser says of a request is among what is allowed. Programs that are no browser say nothing. */
const says = (request: Request, name: string, allowed: readonly string[]): boolean =>
  valuesOf(request, name).every((value) => allowed.includes(value));

/**
 * Creates what lets the console sign in.
 *
 * @param key what who signs in gets; with another key than the well-known one nobody gets anything
 */
export const createLocalSignIn = (key: string, now: () => number = Date.now): LocalSignIn => {
  /** The exact `Host` headers by which this machine's browser reaches the runtime. */
  let hosts: readonly string[] = [];
  const codes = new Map<string, { readonly host: string; readonly until: number }>();

  const give = (host: string): string => {
    const [oldest] = codes.keys();
    if (codes.size >= maxCodes && oldest !== undefined) codes.delete(oldest);
    const code = randomBytes(32).toString("base64url");
    codes.set(code, { host, until: now() + codeLifeMs });
    return code;
  };
  /** Whether a code is good at a host. Whoever shows one has used it up. */
  const take = (code: string, host: string | undefined): boolean => {
    const known = codes.get(code);
    codes.delete(code);
    return known !== undefined && known.host === host && known.until > now();
  };
  const ownHost = (request: Request): string | undefined => {
    const host = only(request, "host");
    return host !== undefined && hosts.includes(host) ? host : undefined;
  };

  const signIn = (request: Request): InvocationResult => {
    const body = request.isBase64Encoded ? Buffer.from(request.body ?? "", "base64").toString() : (request.body ?? "");
    const { data } = z.strictObject({ code: z.string() }).safeParse(jsonOf(body));
    const host = ownHost(request);
    const isGood = data !== undefined && take(data.code, host);
    const isOurPage =
      host !== undefined &&
      only(request, "origin") === `http://${host}` &&
      says(request, "sec-fetch-site", ["same-origin"]) &&
      only(request, "content-type") === "application/json";
    return isGood && isOurPage ? answer(200, { key }) : answer(403, { message: "This code is not good here." });
  };

  const addCode = (request: Request, result: InvocationResult): InvocationResult => {
    const host = ownHost(request);
    const isOpened =
      host !== undefined &&
      says(request, "sec-fetch-site", ["none", "same-origin"]) &&
      says(request, "sec-fetch-dest", ["document"]);
    const { data: served } = answerOf.safeParse(result.kind === "answered" ? jsonOf(result.payload) : undefined);
    if (!isOpened || result.kind !== "answered" || served?.statusCode !== 200) return result;
    const html = served.isBase64Encoded === true ? Buffer.from(served.body, "base64").toString() : served.body;
    const meta = `<meta name="tidepost-sign-in" content="${give(host)}" /></head>`;
    const body = html.replace("</head>", () => meta);
    return { ...result, payload: JSON.stringify({ ...served, body, isBase64Encoded: false }) };
  };

  return {
    open: (apiUrl) => {
      const { port } = new URL(apiUrl);
      hosts = key === wellKnownKey ? [`127.0.0.1:${port}`, `localhost:${port}`] : [];
    },
    wrapFunction: (pool) =>
      isConsole(pool.definition.logicalId)
        ? {
            ...pool,
            get definition() {
              return pool.definition;
            },
            invoke: async (event) => {
              const { data: request } = requestOf.safeParse(jsonOf(event));
              if (request?.httpMethod === "POST" && request.path === signInPath && hosts.length > 0)
                return signIn(request);
              if (request?.httpMethod !== "GET" || request.path !== documentPath) return await pool.invoke(event);
              // The text is changed below, so that it must not come compressed.
              return addCode(request, await pool.invoke(withoutCompression(event)));
            },
          }
        : pool,
  };
};

const withoutCompression = (event: string): string => {
  const whole = JSON.parse(event) as Record<string, unknown>;
  const plain = (headers: unknown): unknown =>
    Object.fromEntries(Object.entries(headers ?? {}).filter(([name]) => name.toLowerCase() !== "accept-encoding"));
  return JSON.stringify({
    ...whole,
    headers: plain(whole["headers"]),
    multiValueHeaders: plain(whole["multiValueHeaders"]),
  });
};

const answer = (statusCode: number, body: unknown): InvocationResult => ({
  kind: "answered",
  requestId: "",
  payload: JSON.stringify({
    statusCode,
    headers: { "cache-control": "no-store", "content-type": "application/json", "x-content-type-options": "nosniff" },
    body: JSON.stringify(body),
  }),
});
