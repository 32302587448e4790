import * as z from "zod";
import type { FunctionPool } from "../functions/function-pool.ts";
import { accountId, region } from "../template/resource-identity.ts";
import { type ApiFacts, type GatewayRequest, headerOf, requestPart } from "./lambda-proxy.ts";
import { unsupported } from "../resources/read-properties.ts";

const oneOrMany = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

/** An authorizer's answer, as API Gateway takes it. */
export const authorizerAnswer = z.object({
  principalId: z.string(),
  policyDocument: z.object({
    Statement: z.array(
      z.object({
        Effect: z.enum(["Allow", "Deny"]),
        Action: oneOrMany,
        Resource: oneOrMany,
        // A condition cannot be judged here: refusing it is safer than ignoring it.
        Condition: unsupported("conditions of policies are"),
      }),
    ),
  }),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
});

type AuthorizerAnswer = z.output<typeof authorizerAnswer>;

/** Whether text matches an IAM pattern, in which `*` stands for any characters and `?` for one. */
export const matchesPattern = (pattern: string, text: string): boolean => {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  const expression = escaped.replaceAll("*", "[^]*").replaceAll("?", "[^]");
  return new RegExp(`^${expression}$`).test(text);
};

/** Whether a policy lets a method be invoked: some statement allows it and none denies it. */
export const allowsMethod = (policy: AuthorizerAnswer["policyDocument"], methodArn: string): boolean => {
  const applying = policy.Statement.filter(
    ({ Action, Resource }) =>
      Action.some((pattern) => matchesPattern(pattern.toLowerCase(), "execute-api:invoke")) &&
      Resource.some((pattern) => matchesPattern(pattern, methodArn)),
  );
  return applying.length > 0 && applying.every(({ Effect }) => Effect === "Allow");
};

/** What an authorizer says about one request. */
export type Authorization =
  | { readonly kind: "allowed"; readonly context: Readonly<Record<string, unknown>> }
  | {
      readonly kind: "refused";
      readonly type: "ACCESS_DENIED" | "AUTHORIZER_CONFIGURATION_ERROR" | "AUTHORIZER_FAILURE" | "UNAUTHORIZED";
    };

interface AuthorizeRequest {
  readonly request: GatewayRequest;
  readonly api: ApiFacts;
  readonly resource: string;
  readonly pathParameters: Readonly<Record<string, string>>;
}

export type Authorizer = (request: AuthorizeRequest) => Promise<Authorization>;

interface AuthorizerOptions {
  readonly type: "TOKEN" | "REQUEST";
  readonly target: FunctionPool;
  /** 0 turns the cache off. */
  readonly ttlSeconds: number;
  /** `method.request.header.X` expressions. */
  readonly identitySources: readonly string[];
  readonly validation: string | undefined;
}

interface CacheEntry {
  readonly answer: AuthorizerAnswer;
  readonly expiresAt: number;
}

/** Cached answers at which expired ones are swept. */
const sweepSize = 1_000;

const headerSource = "method.request.header.";

const methodArnOf = ({ request, api }: AuthorizeRequest): string =>
  `arn:aws:execute-api:${region}:${accountId}:${api.apiId}/${api.stage}/${request.method}${request.path}`;

/** Names of the headers that identify a caller; other sources are not supported locally. */
const headerNames = (identitySources: readonly string[]): readonly string[] =>
  identitySources.map((source) => {
    const expression = source.trim();
    if (expression.startsWith(headerSource)) return expression.slice(headerSource.length).toLowerCase();
    throw new Error(`The local runtime does not support the identity source ${expression}`);
  });

const refused = (type: (Authorization & { kind: "refused" })["type"]): Authorization => ({ kind: "refused", type });

/** Creates an authorizer; a cached answer serves every method, and is judged anew for each. */
export const createAuthorizer = (options: AuthorizerOptions): Authorizer => {
  const { type, target, ttlSeconds } = options;
  const headers = headerNames(options.identitySources);
  const validation = options.validation === undefined ? undefined : new RegExp(`^(?:${options.validation})$`);
  const cache = new Map<string, CacheEntry>();

  const ask = async (authorize: AuthorizeRequest, token: string): Promise<AuthorizerAnswer | Authorization> => {
    const methodArn = methodArnOf(authorize);
    const event =
      type === "TOKEN"
        ? { type, authorizationToken: token, methodArn }
        : { type, methodArn, ...requestPart(authorize) };
    const result = await target.invoke(JSON.stringify(event));
    if (result.kind === "failed") {
      return refused(result.error.errorMessage === "Unauthorized" ? "UNAUTHORIZED" : "AUTHORIZER_FAILURE");
    }
    const answer = authorizerAnswer.safeParse(JSON.parse(result.payload));
    return answer.success ? answer.data : refused("AUTHORIZER_CONFIGURATION_ERROR");
  };

  const remember = (identity: string, answer: AuthorizerAnswer): void => {
    if (ttlSeconds === 0) return;
    const now = Date.now();
    if (cache.size >= sweepSize) for (const [key, entry] of cache) if (entry.expiresAt <= now) cache.delete(key);
    cache.set(identity, { answer, expiresAt: now + ttlSeconds * 1_000 });
  };

  return async (authorize) => {
    const values = headers.map((name) => headerOf(authorize.request, name) ?? "");
    // Nothing is invoked for a request without its identity.
    if (values.includes("")) return refused("UNAUTHORIZED");
    const [token = ""] = values;
    if (validation !== undefined && !validation.test(token)) return refused("UNAUTHORIZED");
    const identity = JSON.stringify(values);
    const cached = cache.get(identity);
    const isFresh = cached !== undefined && cached.expiresAt > Date.now();
    const answer = isFresh ? cached.answer : await ask(authorize, token);
    if ("kind" in answer) return answer;
    if (!isFresh) remember(identity, answer);
    if (!allowsMethod(answer.policyDocument, methodArnOf(authorize))) return refused("ACCESS_DENIED");
    const context = Object.entries(answer.context).map(
      ([name, value]) => [name, value === null ? null : String(value)] as const,
    );
    return { kind: "allowed", context: { principalId: answer.principalId, ...Object.fromEntries(context) } };
  };
};
