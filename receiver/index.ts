/** What the package exports as `tidepost-receiver`. */
export { expressReceiver } from "./adapters/express.ts";
export { fetchReceiver } from "./adapters/fetch.ts";
export { type FastifyLike, fastifyReceiver } from "./adapters/fastify.ts";
export { type LambdaHttpEvent, type LambdaHttpResult, lambdaReceiver } from "./adapters/lambda.ts";
export { nodeReceiver } from "./adapters/node.ts";
export { type BatchStore, dedupe, type Once } from "./dedupe.ts";
export type { EventFields, EventsByType } from "./event-types.ts";
export { type RequestHeaders, testBatchId } from "./headers.ts";
export { memoryStore } from "./memory-store.ts";
export type { OneOrMore } from "./one-or-more.ts";
export { type Batch, type BatchEvent, type BatchEventOf, parseBatch, type ParseOptions } from "./parse-batch.ts";
export type { BatchContext, ReceiverOptions } from "./receive.ts";
export { ReceiverError } from "./receiver-error.ts";
export { type SignatureOptions, verifySignature } from "./verify-signature.ts";
export { verifyToken } from "./verify-token.ts";
