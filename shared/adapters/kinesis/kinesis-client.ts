import { KinesisClient } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";

/** HTTP/1 suits single PutRecords calls, and emulators do not speak the client's default, HTTP/2. */
export const kinesisClient = (): KinesisClient => new KinesisClient({ requestHandler: new NodeHttpHandler() });
