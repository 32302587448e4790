/**
 * A runtime in a process of its own, to be killed: `node persistent-runtime.ts DATA_DIRECTORY WORK_DIRECTORY`.
 * Prints what a client needs as one line of JSON. Its functions append what they handle to files in the work directory.
 */
import { join } from "node:path";
import { startRuntime } from "../start-runtime.ts";
import { fixtureAssembly } from "./fixture-assembly.ts";

const [dataDir = "", workDir = ""] = process.argv.slice(2);

const appending = (file: string, texts: string) => ({
  code: `
    import { appendFileSync } from "node:fs";
    export const handler = async ({ Records }) => {
      appendFileSync(${JSON.stringify(join(workDir, file))}, Records.map((record) => ${texts} + "\\n").join(""));
    };`,
});

const mapping = (source: string, target: string, properties: object) => ({
  Type: "AWS::Lambda::EventSourceMapping",
  Properties: { EventSourceArn: { "Fn::GetAtt": [source, "Arn"] }, FunctionName: { Ref: target }, ...properties },
});

const runtime = await startRuntime({
  dataDir,
  assembly: () =>
    fixtureAssembly(workDir, {
      functions: {
        OnRecords: appending("records.txt", `Buffer.from(record.kinesis.data, "base64").toString()`),
        OnMessages: appending("messages.txt", "record.body"),
      },
      resources: {
        Table: {
          Type: "AWS::DynamoDB::Table",
          Properties: {
            AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
            KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          },
        },
        Stream: { Type: "AWS::Kinesis::Stream", Properties: { StreamModeDetails: { StreamMode: "ON_DEMAND" } } },
        Queue: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 600 } },
        Idle: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 600 } },
        Bucket: { Type: "AWS::S3::Bucket" },
        FromStream: mapping("Stream", "OnRecords", { StartingPosition: "TRIM_HORIZON", BatchSize: 1_000 }),
        FromQueue: mapping("Queue", "OnMessages", {}),
      },
    }),
});
process.stdout.write(`${JSON.stringify({ endpoints: runtime.endpoints, created: runtime.created })}\n`);
