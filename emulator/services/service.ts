/** A running emulator. */
export interface Service {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/** What opens the emulators of one run; nobody can guess it. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The AWS services that have an emulator. */
export type ServiceName = "dynamodb" | "kinesis" | "s3" | "sns" | "sqs";

/** Base URLs of the emulators, by AWS service. */
export type ServiceUrls = Readonly<Record<ServiceName, string>>;

/** Where the emulators are, and what opens them. */
export interface Endpoints extends ServiceUrls {
  readonly credentials: Credentials;
}
