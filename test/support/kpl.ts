import { createHash } from "node:crypto";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** An aggregate as the Kinesis Producer Library writes it, independent of the code under test. */
export const kplAggregate = (records: readonly Buffer[]): Buffer => {
  const message = new BinaryWriter().tag(1, WireType.LengthDelimited).string("partition");
  for (const data of records) {
    message.tag(3, WireType.LengthDelimited).fork();
    message.tag(1, WireType.Varint).uint64(0).tag(3, WireType.LengthDelimited).bytes(data);
    message.join();
  }
  const bytes = Buffer.from(message.finish());
  return Buffer.concat([Buffer.from("f3899ac2", "hex"), bytes, createHash("md5").update(bytes).digest()]);
};
