import { gunzipSync } from "node:zlib";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { docsPath } from "#shared/contract/api-paths.ts";
import { httpAnswers, requestHeader, requireMethod, takesGzip } from "#shared/runtime/http.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";

interface ConsoleDeps {
  readonly site: Site;
  /** What the console is told about this deployment: nothing secret. */
  readonly config: ConsoleConfig;
  /** Origins whose pages may show the console in a frame. */
  readonly frameOrigins: readonly string[];
  readonly telemetry: Telemetry;
}

/** The built console. */
export interface Site {
  /** Content of a file, compressed with gzip; undefined when there is no such file. */
  readonly read: (path: string) => Promise<Buffer | undefined>;
}

interface ConsoleConfig {
  readonly version: string;
  readonly region: string;
  readonly stack: string;
  /** Addresses relative to the console's. */
  readonly links: { readonly docs: string };
  /** How it looks in portal sessions; what is empty is as usual. The logo may be of another origin. */
  readonly portal: { readonly name: string; readonly color: string; readonly logo_url: string };
}

const indexFile = "index.html";
const configFile = "config.json";
/** The build names these by their content. */
const hashedFile = /^assets\/[\w-]+(?:\.[\w-]+)+$/;

/** Files of the documents: names without a dot at their start, so that none leads out of the folder. */
const docsFile = /^docs\/(?:\w[\w.-]*\/)*\w[\w.-]*\.(?:css|html|js|json|png|svg)$/;

/** Serves the web console (the document, its settings and its assets) and the documents; nothing else exists here. */
export const createHandler = ({ site, config, frameOrigins, telemetry }: ConsoleDeps) => {
  const policies = { console: policyFor({ config, frameOrigins }), docs: policyFor({}) };
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(injectLambdaContext(telemetry.logger, { resetKeys: true }))
    .use(httpAnswers(telemetry))
    .handler(async (event) => {
      requireMethod(event, "GET");
      const proxy = event.pathParameters?.["proxy"] ?? "";
      const isDocs = event.resource === docsPath;
      const common = {
        ...securityHeaders(requestHeader(event, "x-forwarded-proto")),
        "content-security-policy": isDocs ? policies.docs : policies.console,
      };
      const path = isDocs ? `docs/${proxy}` : proxy;
      if (path === "" && !event.path.endsWith("/")) {
        // Relative, because only the caller knows the address in front of the stage.
        return { statusCode: 302, headers: { ...common, "cache-control": "no-store", location: "console/" }, body: "" };
      }
      if (path === configFile) {
        const headers = { ...common, "cache-control": "no-store", "content-type": contentTypeOf(configFile) };
        return { statusCode: 200, headers, body: JSON.stringify(config) };
      }
      const isFolder = isDocs && event.path.endsWith("/");
      // The parameter may come with the slash at its end, or without.
      const folder = isFolder ? `${path.replace(/\/$/, "")}/` : path;
      const file = isFolder || path === "" ? folder + indexFile : path;
      const isServed = isDocs ? docsFile.test(file) : file === indexFile || hashedFile.test(file);
      const content = isServed ? await site.read(file) : undefined;
      if (content === undefined) return notFound(common);
      const isCompressed = takesGzip(event);
      return {
        statusCode: 200,
        headers: {
          ...common,
          "cache-control": isDocs ? "public, max-age=300" : cacheControlOf(file),
          "content-type": contentTypeOf(file),
          vary: "accept-encoding",
          ...(isCompressed ? { "content-encoding": "gzip" } : {}),
        },
        body: (isCompressed ? content : gunzipSync(content)).toString("base64"),
        isBase64Encoded: true,
      };
    });
};

const cacheControlOf = (file: string): string =>
  file === indexFile ? "no-store" : "public, max-age=31536000, immutable";

const notFound = (headers: Readonly<Record<string, string>>): APIGatewayProxyResult => ({
  statusCode: 404,
  headers: { ...headers, "cache-control": "no-store", "content-type": "text/plain; charset=utf-8" },
  body: "Not found",
});

const contentTypes: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  png: "image/png",
  json: "application/json; charset=utf-8",
  svg: "image/svg+xml; charset=utf-8",
  woff2: "font/woff2",
};

/** Content type of a file of the console, by its extension. */
const contentTypeOf = (file: string): string =>
  contentTypes[file.slice(file.lastIndexOf(".") + 1)] ?? "application/octet-stream";

/** What a page may load, and who may show it in a frame: itself and nobody, but for what an operator has set. */
const policyFor = ({ config, frameOrigins = [] }: Partial<Pick<ConsoleDeps, "config" | "frameOrigins">>): string => {
  const logo = URL.parse(config?.portal.logo_url ?? "")?.origin;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data:${logo === undefined ? "" : ` ${logo}`}`,
    "font-src 'self' data:",
    "connect-src 'self'",
    `frame-ancestors ${frameOrigins.length === 0 ? "'none'" : frameOrigins.join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
};

/** Headers of every answer. Only a connection that was https may promise to stay so. */
const securityHeaders = (forwardedProtocol: string | undefined): Readonly<Record<string, string>> => ({
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  ...(forwardedProtocol === "https" ? { "strict-transport-security": "max-age=63072000" } : {}),
});
