/** Answers of AWS services that refuse, and calls of which a part is refused. */
import type { AwsAnswer, AwsCall } from "./aws-call.ts";

const errorTypes = {
  dynamodb: { throttle: "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException" },
  kinesis: { throttle: "ProvisionedThroughputExceededException" },
  sns: { throttle: "Throttled" },
  sqs: { throttle: "com.amazonaws.sqs#RequestThrottled" },
} as const;

/** The answer of a service that has too much to do, or that has failed. */
export const refusal = (service: AwsCall["service"], kind: "throttle" | "error"): AwsAnswer => {
  if (service === "s3") {
    const code = kind === "throttle" ? "SlowDown" : "InternalError";
    const body = Buffer.from(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>soak</Message></Error>`);
    return { status: kind === "throttle" ? 503 : 500, headers: { "content-type": "application/xml" }, body };
  }
  const type = kind === "throttle" ? errorTypes[service].throttle : "InternalServerError";
  const isJson11 = service === "kinesis";
  return {
    status: kind === "throttle" ? 400 : 500,
    headers: { "content-type": isJson11 ? "application/x-amz-json-1.1" : "application/x-amz-json-1.0" },
    body: Buffer.from(JSON.stringify({ __type: type, message: "soak" })),
  };
};

interface Part {
  /** The call without what is refused. */
  readonly body: Buffer;
  /** Adds what was refused to the answer. */
  readonly complete: (answer: Buffer) => Buffer;
}

type Json = Readonly<Record<string, unknown>>;

/** Refuses every other item of a call that may be taken in part; undefined for other calls. */
export const halved = ({ operation, body }: AwsCall): Part | undefined => {
  if (operation === "PutRecords") return halvedRecords(body);
  if (operation === "SendMessageBatch") return halvedMessages(body);
  return undefined;
};

const parse = (body: Buffer): Json => JSON.parse(body.toString()) as Json;
const write = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const halvedRecords = (body: Buffer): Part | undefined => {
  const request = parse(body);
  const records = request["Records"] as readonly unknown[];
  if (records.length < 2) return undefined;
  const isRefused = (index: number): boolean => index % 2 === 1;
  return {
    body: write({ ...request, Records: records.filter((_, index) => !isRefused(index)) }),
    complete: (answer) => {
      const taken = parse(answer);
      const results = [...(taken["Records"] as readonly Json[])];
      const refused = { ErrorCode: "ProvisionedThroughputExceededException", ErrorMessage: "soak" };
      const Records = records.map((_, index) => (isRefused(index) ? refused : (results.shift() ?? refused)));
      return write({ ...taken, Records, FailedRecordCount: Math.floor(records.length / 2) });
    },
  };
};

const halvedMessages = (body: Buffer): Part | undefined => {
  const request = parse(body);
  const entries = request["Entries"] as readonly { readonly Id: string }[];
  if (entries.length < 2) return undefined;
  const refused = entries.filter((_, index) => index % 2 === 1);
  return {
    body: write({ ...request, Entries: entries.filter((entry) => !refused.includes(entry)) }),
    complete: (answer) => {
      const Failed = refused.map(({ Id }) => ({ Id, SenderFault: false, Code: "InternalError", Message: "soak" }));
      return write({ ...parse(answer), Failed });
    },
  };
};
