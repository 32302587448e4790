import { headerOf, type RequestHeaders } from "../headers.ts";
import { tooLarge } from "../parse-batch.ts";
import { createReceive, type ReceiverOptions } from "../receive.ts";
import { ReceiverError } from "../receiver-error.ts";

/** What a receiver needs of an event of a Function URL, an HTTP API, a REST API or a load balancer. */
export interface LambdaHttpEvent {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  /** In events of a REST API, and in the place of `headers` in those of a load balancer that is set so. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
  readonly body?: string | null;
  readonly isBase64Encoded: boolean;
  /** In events of a REST API or a load balancer. */
  readonly httpMethod?: string;
  /** In events of a Function URL or an HTTP API. */
  readonly requestContext?: { readonly http?: { readonly method: string } };
}

export interface LambdaHttpResult {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  /** In answers to events that have them: a load balancer that is set so reads no others. */
  readonly multiValueHeaders?: Record<string, string[]>;
  readonly body: string;
}

/** Tidepost gives up on an answer that takes longer. A function does not see that connection close. */
const senderPatienceMs = 6_000;

/**
 * A handler for a Lambda function behind a Function URL, API Gateway or a load balancer: `export const handler = lambdaReceiver({ onBatch })`.
 * It cannot process after the answer: a function is frozen once it has returned.
 *
 * @throws {TypeError} when a token or secret is given and empty, or `process` is
 */
export const lambdaReceiver = (
  options: Omit<ReceiverOptions, "process">,
): ((event: LambdaHttpEvent) => Promise<LambdaHttpResult>) => {
  if ("process" in options && options.process !== "before") {
    throw new TypeError("A Lambda function cannot process after its answer; hand the batch to a queue in onBatch");
  }
  const receive = createReceive(options);
  return async (event) => {
    const { status, headers, body } = await receive({
      method: event.httpMethod ?? event.requestContext?.http?.method ?? "",
      headers: headersOf(event),
      readBody: (maxBytes) => bodyOf(event, maxBytes),
      signal: AbortSignal.timeout(senderPatienceMs),
    });
    const multiValueHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
    return {
      statusCode: status,
      headers: { ...headers },
      ...((event.multiValueHeaders ?? undefined) === undefined ? {} : { multiValueHeaders }),
      body,
    };
  };
};

const headersOf = ({ headers, multiValueHeaders }: LambdaHttpEvent): RequestHeaders => ({
  ...headers,
  ...multiValueHeaders,
});

const bodyOf = (event: LambdaHttpEvent, maxBytes: number): Buffer => {
  const { body, isBase64Encoded } = event;
  if (!isBase64Encoded && headerOf(headersOf(event), "content-encoding") !== undefined) {
    throw new ReceiverError(
      500,
      "The gateway has damaged the compressed body: make application/json a binary media type",
    );
  }
  const bytes = Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  return bytes;
};
