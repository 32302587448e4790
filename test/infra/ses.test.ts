import { expect, it } from "vitest";
import { resourcesOf, synthTemplate } from "./template.ts";

const template = synthTemplate({ sesEvents: "true" });
const propertiesOf = (id: string) => template.Resources[id]?.Properties;
const queuePolicies = [...resourcesOf(template, "AWS::SQS::QueuePolicy").values()];

it("is off by default", () => {
  const { Outputs, Resources } = synthTemplate();
  expect(Object.keys(Resources).filter((id) => id.startsWith("Ses"))).toEqual([]);
  expect(Object.keys(Outputs).filter((id) => id.startsWith("Ses"))).toEqual([]);
  const kept = Object.keys(Resources).filter((id) => !id.startsWith("RestApiDeployment"));
  expect(Object.keys(template.Resources)).toEqual(expect.arrayContaining(kept));
});

it("lets Amazon SES publish on the topic for this account's mail alone, and everybody over TLS only", () => {
  const [policy, ...others] = [...resourcesOf(template, "AWS::SNS::TopicPolicy").values()];
  expect(others).toEqual([]);
  expect(policy).toMatchObject({
    PolicyDocument: {
      Statement: [
        { Condition: { Bool: { "aws:SecureTransport": "false" } }, Effect: "Deny", Resource: "SesTopic" },
        {
          Action: "sns:Publish",
          Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
          Effect: "Allow",
          Principal: { Service: "ses.amazonaws.com" },
          Resource: "SesTopic",
        },
      ],
    },
  });
  expect(template.Outputs["SesTopicArn"]?.Value).toBe("SesTopic");
});

it("passes documents on to the queue as they are, which takes them from that topic alone", () => {
  const subscriptions = [...resourcesOf(template, "AWS::SNS::Subscription").values()];
  expect(subscriptions).toEqual([
    { Endpoint: "SesDocuments", Protocol: "sqs", RawMessageDelivery: true, TopicArn: "SesTopic" },
  ]);
  const policy = queuePolicies.find(({ Queues }) => String(Queues).endsWith("/SesDocuments"));
  expect(policy?.["PolicyDocument"]).toMatchObject({
    Statement: [
      { Condition: { Bool: { "aws:SecureTransport": "false" } }, Effect: "Deny" },
      {
        Action: "sqs:SendMessage",
        Condition: { ArnEquals: { "aws:SourceArn": "SesTopic" } },
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Resource: "SesDocuments",
      },
    ],
  });
});

it("has a queue with dead letters whose messages are hidden for six time-outs and the batching window", () => {
  expect(propertiesOf("SesDocuments")).toMatchObject({
    MessageRetentionPeriod: 4 * 86_400,
    RedrivePolicy: { deadLetterTargetArn: "SesDocumentsDeadLetters", maxReceiveCount: 100 },
    SqsManagedSseEnabled: true,
    VisibilityTimeout: 6 * 30 + 5,
  });
  expect(propertiesOf("SesDocumentsDeadLetters")).toMatchObject({ MessageRetentionPeriod: 14 * 86_400 });
});

it("takes documents in batches, a message failing alone; dead letters when an operator says so", () => {
  const mappings = [...resourcesOf(template, "AWS::Lambda::EventSourceMapping").values()].filter(
    ({ FunctionName }) => FunctionName === "SesFunction",
  );
  expect(mappings).toEqual([
    {
      BatchSize: 1_000,
      EventSourceArn: "SesDocuments",
      FunctionName: "SesFunction",
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumBatchingWindowInSeconds: 5,
      ScalingConfig: { MaximumConcurrency: 20 },
    },
    {
      BatchSize: 1,
      Enabled: false,
      EventSourceArn: "SesDocumentsDeadLetters",
      FunctionName: "SesFunction",
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumBatchingWindowInSeconds: 0,
      ScalingConfig: { MaximumConcurrency: 2 },
    },
  ]);
});

it("gives the settings to the function", () => {
  const variables = (context: Readonly<Record<string, unknown>>) =>
    synthTemplate({ sesEvents: "true", ...context }).Resources["SesFunction"]?.Properties["Environment"];
  expect(variables({})).toMatchObject({
    Variables: {
      SES_CAMPAIGN_TAG: "campaign_id",
      SES_CUSTOMER: "1",
      SES_CUSTOMER_TAG: "customer_id",
      SES_SUBACCOUNT_TAG: "subaccount_id",
    },
  });
  const topics = ["arn:aws:sns:eu-west-1:111122223333:one", "arn:aws:sns:us-east-1:111122223333:two"];
  expect(variables({ sesTopics: topics.join(", ") })).toMatchObject({ Variables: { SES_TOPICS: topics.join() } });
  const settings = { sesCampaignTag: "c", sesCustomer: "acme", sesCustomerTag: "t", sesSubaccountTag: "s" };
  expect(variables(settings)).toMatchObject({
    Variables: { SES_CAMPAIGN_TAG: "c", SES_CUSTOMER: "acme", SES_CUSTOMER_TAG: "t", SES_SUBACCOUNT_TAG: "s" },
  });
});

it("answers requests of the API, where SNS is asked for the key that its URL has", () => {
  const methods = [...resourcesOf(template, "AWS::ApiGateway::Method").values()];
  const routes = methods.filter(({ Integration }) => JSON.stringify(Integration).includes("SesFunction"));
  expect(routes).toMatchObject([
    { AuthorizationType: "CUSTOM", AuthorizerId: "RoutesIngestAuthorizer", HttpMethod: "ANY" },
  ]);
  const challenges = (of: typeof template) =>
    [...resourcesOf(of, "AWS::ApiGateway::GatewayResponse").values()].flatMap(
      ({ ResponseParameters, ResponseType }) => {
        const challenge = Object.entries(Object(ResponseParameters)).find(([name]) =>
          name.endsWith(".WWW-Authenticate"),
        );
        return challenge === undefined ? [] : [[ResponseType, challenge[1]]];
      },
    );
  expect(challenges(template)).toEqual([["UNAUTHORIZED", "'Basic realm=\"tidepost\"'"]]);
  // A browser would answer Basic with a dialog of its own.
  expect(challenges(synthTemplate())).toEqual([["UNAUTHORIZED", "'ApiKey realm=\"tidepost\"'"]]);
});
