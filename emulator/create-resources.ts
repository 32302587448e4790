import { createBucket } from "./resources/buckets.ts";
import { createQueue } from "./resources/queues.ts";
import { createStream } from "./resources/streams.ts";
import { createTable } from "./resources/tables.ts";
import { createSubscription, createTopic } from "./resources/topics.ts";
import type { Services } from "./start-services.ts";
import { identifyResource } from "./template/resource-identity.ts";
import type { Resource } from "./template/template.ts";

/** Physical names of what was created, by logical id. */
export interface CreatedResources {
  readonly tables: Readonly<Record<string, string>>;
  readonly streams: Readonly<Record<string, { readonly name: string; readonly shardIds: readonly string[] }>>;
  readonly queueUrls: Readonly<Record<string, string>>;
  readonly buckets: Readonly<Record<string, string>>;
  /** ARNs. */
  readonly topics: Readonly<Record<string, string>>;
}

/** Creates the tables, streams, queues, buckets and topics of a template; what the data directory has already stays. */
export const createResources = async (
  resources: readonly Resource[],
  { clients, endpoints }: Services,
): Promise<CreatedResources> => {
  const each = async <Created>(
    types: readonly string[],
    create: (resource: Resource, ref: string) => Promise<Created>,
  ): Promise<Readonly<Record<string, Created>>> => {
    const matching = resources.filter(({ type }) => types.includes(type));
    const created = matching.map(async (resource) => {
      const { ref } = identifyResource(resource, endpoints);
      return [resource.logicalId, await create(resource, ref)] as const;
    });
    return Object.fromEntries(await allOrError(created));
  };

  const [tables, streams, queueUrls, buckets, topics] = await allOrError([
    each(["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"], async (resource, tableName) => {
      await createTable({ client: clients.dynamodb, resource, tableName });
      return tableName;
    }),
    each(["AWS::Kinesis::Stream"], async (resource, name) => ({
      name,
      shardIds: await createStream({ client: clients.kinesis, resource, streamName: name }),
    })),
    each(["AWS::SQS::Queue"], async (resource, queueUrl) => {
      const queueName = new URL(queueUrl).pathname.split("/").at(-1) ?? "";
      await createQueue({ client: clients.sqs, resource, queueName, queueUrl });
      return queueUrl;
    }),
    each(["AWS::S3::Bucket"], async (resource, bucketName) => {
      await createBucket({ client: clients.s3, resource, bucketName });
      return bucketName;
    }),
    each(["AWS::SNS::Topic"], async (resource, topicArn) => {
      await createTopic({ client: clients.sns, resource, topicName: topicArn.split(":").at(-1) ?? "" });
      return topicArn;
    }),
  ]);
  // They join what must be there already.
  await each(["AWS::SNS::Subscription"], async (resource) => await createSubscription(clients.sns, resource));
  return { tables, streams, queueUrls, buckets, topics };
};

/** `Promise.all`, but one that fails when all have ended: nothing is still being created when the services stop. */
const allOrError: typeof Promise.all = async (promises: Iterable<unknown>) => {
  await Promise.allSettled(promises);
  return await Promise.all(promises);
};
