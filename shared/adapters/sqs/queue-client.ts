import { SQSClient } from "@aws-sdk/client-sqs";

/**
 * A client of SQS for functions, which speaks to the endpoint that the function is set up with. The SDK would speak to the host
 * in a queue's URL; what SQS itself gives as the URL leads nowhere on a machine that does not resolve `*.localhost`.
 */
export const queueClient = (): SQSClient => new SQSClient({ useQueueUrlAsEndpoint: false });
