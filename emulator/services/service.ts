/** A running emulator. */
export interface Service {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/** Base URLs of the emulators, by AWS service. */
export interface Endpoints {
  readonly dynamodb: string;
  readonly kinesis: string;
  readonly s3: string;
  readonly sns: string;
  readonly sqs: string;
}
