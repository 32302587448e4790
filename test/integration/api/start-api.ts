import { randomBytes, randomUUID } from "node:crypto";
import type { APIGatewayRequestAuthorizerEvent, APIGatewayTokenAuthorizerEvent } from "aws-lambda";
import { apiKeysTable } from "#shared/adapters/dynamodb/api-keys-table.ts";
import { batchListing } from "#shared/adapters/dynamodb/batch-listing.ts";
import { batchesTable } from "#shared/adapters/dynamodb/batches-table.ts";
import { changesTable } from "#shared/adapters/dynamodb/changes-table.ts";
import { deliveryHoursTable } from "#shared/adapters/dynamodb/delivery-hours-table.ts";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { portalLinksTable } from "#shared/adapters/dynamodb/portal-links-table.ts";
import { replaysTable } from "#shared/adapters/dynamodb/replays-table.ts";
import { searchesTable } from "#shared/adapters/dynamodb/searches-table.ts";
import { webhookCountsTable } from "#shared/adapters/dynamodb/webhook-counts-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { accessTokens } from "#shared/adapters/http/access-tokens.ts";
import { toldTable } from "#shared/adapters/dynamodb/told-table.ts";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { batchBodies } from "#shared/adapters/s3/batch-bodies.ts";
import { keptBodies } from "#shared/adapters/s3/kept-bodies.ts";
import { deliveryQueue } from "#shared/adapters/sqs/delivery-queue.ts";
import { replayQueue } from "#shared/adapters/sqs/replay-queue.ts";
import { type Grant, grants as allGrants } from "#shared/contract/words.ts";
import { type Caller, hashApiKey, shortKeyOf } from "#shared/api-key.ts";
import { portalSessionPath } from "#shared/contract/api-paths.ts";
import type { ErrorBody } from "#shared/errors.ts";
import { signingKeyBytes, signingSecretOf } from "#shared/webhooks/settings.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler, type HandlerDeps } from "../../../lambdas/api/handler.ts";
import { createHandler as createAuthorizer } from "../../../lambdas/authorize/handler.ts";
import { allowsMethod, authorizerAnswer } from "../../../emulator/gateway/authorizer.ts";
import { startAws } from "../../support/aws.ts";
import { ampleLimit } from "../../support/request-limit.ts";
import { lambdaContext, proxyEvent } from "../../support/lambda-events.ts";

/** What the API answers; `Results` is what a test expects there. */
export interface ApiAnswer<Results = unknown> {
  readonly status: number;
  /** The whole body; undefined when it is empty. */
  readonly json: unknown;
  readonly results: Results;
  readonly errors: readonly ErrorBody[];
}

interface Envelope<Results> {
  readonly results?: Results;
  readonly errors?: readonly ErrorBody[];
}

/** One call of the API. */
export interface ApiCall {
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API with its authorizer on embedded services: every call names an API key, as over the network. */
export const startApi = async ({
  now = Date.now,
  maxWebhooks = 10_000,
  maxContentWebhooks = 200,
}: { readonly now?: () => number; readonly maxWebhooks?: number; readonly maxContentWebhooks?: number } = {}) => {
  const aws = await startAws();
  const retries = await aws.createQueue();
  const apiKeys = apiKeysTable(aws.tables.apiKeys);
  const webhooks = webhooksTable(aws.tables.webhooks);
  const portalLinks = portalLinksTable(aws.tables.apiKeys);
  const authorize = createAuthorizer({ apiKeys, portalLinks, now, telemetry: createTelemetry("authorize") });
  const settings = deliverySettingsTable(aws.tables.webhooks);
  const targets = outboundClient({ allowedRanges: ["127.0.0.0/8"] });
  const deps: HandlerDeps = {
    ...ampleLimit(aws),
    apiKeys,
    portalLinks,
    webhooks,
    changes: changesTable(aws.tables.webhooks),
    told: toldTable(aws.tables.webhooks),
    stream: eventStream(aws.stream),
    webhookCounts: webhookCountsTable({ ...aws.tables.webhooks, now }),
    maxWebhooks,
    maxContentWebhooks,
    settings,
    batches: batchListing(aws.tables.batches),
    batchLog: batchesTable(aws.tables.batches),
    deliveryHours: deliveryHoursTable(aws.tables.batches),
    bodies: batchBodies(aws.bucket),
    keptBodies: keptBodies(aws.bucket),
    maxKeepBodiesDays: 30,
    retries: deliveryQueue(retries),
    replays: replaysTable(aws.tables.batches),
    searches: searchesTable(aws.tables.batches),
    replaySteps: replayQueue(await aws.createQueue()),
    retentionHours: 24,
    windowSeconds: 30,
    clock: { scale: 1 },
    targets,
    tokens: accessTokens(targets),
    baseUrl: "https://tidepost.example.com/api",
    hasDocuments: true,
    isPortalFramed: false,
    now,
    newId: randomUUID,
    randomBytes,
    newSigningSecret: () => signingSecretOf(randomBytes(signingKeyBytes)),
    telemetry: createTelemetry("api"),
  };
  const handler = createHandler(deps);

  /** What the authorizer says of a key. */
  const callerOf = async (key: string) => {
    const event: APIGatewayTokenAuthorizerEvent = {
      type: "TOKEN",
      methodArn: "arn:aws:execute-api:us-east-1:000000000000:api/api/GET/v1",
      authorizationToken: key,
    };
    const { context } = await authorize(event, lambdaContext());
    const grants = String(context?.["grants"]).split(",") as Grant[];
    return { customerId: String(context?.["customerId"]), grants, keyId: String(context?.["keyId"]) };
  };

  /** What the authorizer says of a request of the portal; undefined when it does not let it pass. */
  const sessionCallerOf = async (
    headers: Readonly<Record<string, string>>,
    path = portalSessionPath,
  ): Promise<Caller | undefined> => {
    const { resource } = proxyEvent({ path });
    const methodArn = `arn:aws:execute-api:us-east-1:000000000000:api/api/GET${path}`;
    const event = { type: "REQUEST", methodArn, resource, headers } as unknown as APIGatewayRequestAuthorizerEvent;
    const { context, policyDocument } = await authorize(event, lambdaContext());
    const { data } = authorizerAnswer.shape.policyDocument.safeParse(policyDocument);
    if (data === undefined || !allowsMethod(data, methodArn)) return undefined;
    const { customerId, grants, portalLinkId, subaccountId } = context ?? {};
    return {
      customerId: String(customerId),
      grants: String(grants).split(",") as Grant[],
      portalLinkId: String(portalLinkId),
      ...(subaccountId === undefined ? {} : { subaccountId: Number(subaccountId) }),
    };
  };

  return {
    aws,
    handler,
    /** A new environment of the function, which is other in something: in how many requests a key may send, or in a store. */
    handlerWith: (other: Partial<HandlerDeps>) => createHandler({ ...deps, ...other }),
    apiKeys,
    webhooks,
    settings,
    /** URL of the queue of retries. */
    retriesUrl: retries.queueUrl,
    callerOf,
    sessionCallerOf,
    portalLinks,
    stop: aws.stop,

    /** Stores a key, by default one that may do everything, for a customer of its own. */
    issueKey: async (
      options: { readonly customerId?: string; readonly grants?: readonly Grant[] } = {},
    ): Promise<{ readonly key: string; readonly id: string; readonly customerId: string }> => {
      const { customerId = randomUUID(), grants = allGrants } = options;
      const key = randomUUID();
      const id = randomUUID();
      const createdAt = new Date().toISOString();
      const shown = { label: "test", grants, shortKey: shortKeyOf(key), createdAt };
      await apiKeys.put({ keyHash: hashApiKey(key), id, customerId, ...shown });
      return { key, id, customerId };
    },

    /** Calls as API Gateway does: after the authorizer, or with what it said of the key earlier. */
    call: async <Results>(call: ApiCall, cached?: Caller): Promise<ApiAnswer<Results>> => {
      const { key, body, ...request } = call;
      const caller = cached ?? (await callerOf(key));
      const isText = typeof body === "string" || Buffer.isBuffer(body);
      const sent = body === undefined ? {} : { body: isText ? body : JSON.stringify(body) };
      const event = proxyEvent({ ...request, ...sent, headers: { Authorization: key, ...call.headers }, caller });
      const { statusCode, body: text } = await handler(event, lambdaContext());
      const json = text === "" ? undefined : (JSON.parse(text) as Envelope<Results>);
      return { status: statusCode, json, results: json?.results as Results, errors: json?.errors ?? [] };
    },
  };
};

export type Api = Awaited<ReturnType<typeof startApi>>;
