import { createHash } from "node:crypto";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

const magic = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
const digestBytes = 16;
/** Field numbers of `AggregatedRecord.records` and `Record.data` in the Kinesis Producer Library's format. */
const recordsField = 3;
const dataField = 3;

export type KplReading =
  | { readonly kind: "none" }
  | { readonly kind: "records"; readonly records: readonly Buffer[] }
  | { readonly kind: "corrupt" };

/**
 * Takes a Kinesis Producer Library aggregate apart: magic number, protobuf `AggregatedRecord`, MD5 of the protobuf.
 *
 * Format: https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
 */
export const readKplAggregate = (data: Buffer): KplReading => {
  if (!data.subarray(0, magic.length).equals(magic)) return { kind: "none" };
  const message = data.subarray(magic.length, -digestBytes);
  const digest = createHash("md5").update(message).digest();
  if (data.length < magic.length + digestBytes || !digest.equals(data.subarray(-digestBytes))) {
    return { kind: "corrupt" };
  }
  try {
    return { kind: "records", records: fields(message, recordsField).flatMap((record) => fields(record, dataField)) };
  } catch {
    return { kind: "corrupt" };
  }
};

/** Values of the length-delimited field `number` of a protobuf message. */
const fields = (message: Uint8Array, number: number): readonly Buffer[] => {
  const reader = new BinaryReader(message);
  const values: Buffer[] = [];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === number && wireType === WireType.LengthDelimited) {
      const bytes = reader.bytes();
      values.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    } else {
      reader.skip(wireType);
    }
  }
  return values;
};
