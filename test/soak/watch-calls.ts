/** Reads out of the functions' AWS calls what the ledger needs: bodies, hand-overs, claims and records. */
import { storedBody } from "../support/stored-body.ts";
import type { AwsCall } from "./aws-call.ts";
import { hashOf, type Ledger, numbersIn, slotsOf } from "./ledger.ts";

interface Attribute {
  readonly S?: string;
  readonly N?: string;
  readonly M?: Readonly<Record<string, Attribute>>;
}

interface UpdateCall {
  readonly Key: { readonly pk?: Attribute; readonly sk?: Attribute };
  readonly ExpressionAttributeValues?: Readonly<Record<string, Attribute>>;
}

interface Message {
  readonly batchId: string;
  readonly webhookId: string;
  /** Of a chain: its window. */
  readonly firstSequenceNumber?: string;
  readonly body:
    | { readonly kind: "inline"; readonly frames?: string; readonly zstd?: string; readonly gzip?: string }
    | { readonly kind: "stored"; readonly key: string };
}

/** Names what a window holds for a webhook. */
const shareOf = (webhookId: string, firstSequenceNumber: string): string => `${webhookId}/${firstSequenceNumber}`;

const parse = (body: Buffer): unknown => JSON.parse(body.toString()) as unknown;

/** Notes what a call that a service has carried out means. */
export const watchCalls = (ledger: Ledger) => {
  /** Events of each batch or chain that was handed over, in order; and the chains by what they are of. */
  const slots = new Map<string, ReturnType<typeof slotsOf>>();
  const chains = new Map<string, string>();
  const eventsOf = (chainId: string, from: number, to?: number): readonly number[] =>
    numbersIn(slots.get(chainId)?.slice(from, to) ?? []);

  const keep = (key: string, bytes: Buffer): void => {
    const body = storedBody(bytes);
    const known = ledger.stored.get(key);
    const kept = { hash: hashOf(body), slots: slotsOf(body) };
    if (known === undefined) ledger.stored.set(key, kept);
    else if (known.hash !== kept.hash) ledger.faults.push(`2: two bodies were written to ${key}`);
  };

  const handOver = ({ batchId, webhookId, firstSequenceNumber, body: place }: Message): void => {
    const batch = ledger.batchOf(batchId);
    if (firstSequenceNumber !== undefined) chains.set(shareOf(webhookId, firstSequenceNumber), batchId);
    batch.webhookIds.add(webhookId);
    batch.isHandedOver = true;
    if (place.kind === "stored") {
      const kept = ledger.stored.get(place.key);
      if (kept === undefined) return;
      batch.bodies.add(kept.hash);
      slots.set(batchId, kept.slots);
      batch.numbers = numbersIn(kept.slots);
      return;
    }
    const body = storedBody(Buffer.from(place.frames ?? place.zstd ?? place.gzip ?? "", "base64"));
    batch.bodies.add(hashOf(body));
    slots.set(batchId, slotsOf(body));
    batch.numbers = eventsOf(batchId, 0);
  };

  const onMessages = (call: AwsCall): void => {
    const request = parse(call.body) as {
      readonly MessageBody?: string;
      readonly Entries?: readonly { readonly MessageBody: string }[];
    };
    const texts = request.Entries?.map(({ MessageBody }) => MessageBody) ?? [request.MessageBody ?? "{}"];
    for (const text of texts) {
      const message = JSON.parse(text) as Partial<Message>;
      if (message.batchId !== undefined) handOver(message as Message);
    }
  };

  const onUpdate = (call: AwsCall, workerName: string, answer: Buffer): void => {
    const { batchId, values } = readUpdate(call.body);
    if (batchId === undefined) return;
    const batch = ledger.batchOf(batchId);
    if (values.some(({ S }) => S === "delivered")) {
      batch.recordedAt ??= ledger.nextOrder();
      return;
    }
    const { ExpressionAttributeValues: given = {} } = parse(call.body) as UpdateCall;
    const chain = given[":chain"]?.M;
    if (chain !== undefined) {
      // What is left of a chain waits, or has expired.
      batch.numbers = eventsOf(chain["batchId"]?.S ?? "", Number(chain["next"]?.N));
      batch.webhookIds.add(chain["webhookId"]?.S ?? "");
      return;
    }
    // A part of a chain may expire before it was ever POSTed.
    const { firstSequenceNumber, first, next } = given[":stretch"]?.M ?? {};
    const webhookId = webhookOf(call.body);
    const whole = chains.get(shareOf(webhookId, firstSequenceNumber?.S ?? ""));
    if (whole !== undefined && batch.numbers.length === 0) {
      batch.numbers = eventsOf(whole, Number(first?.N), Number(next?.N));
      batch.webhookIds.add(webhookId);
    }
    const { Attributes: changed = {} } = parse(answer) as { Attributes?: Readonly<Record<string, Attribute>> };
    if (changed["state"]?.S !== "sending" || changed["expiresAt"]?.S === undefined) return;
    batch.claims.push({
      order: ledger.nextOrder(),
      worker: workerName,
      now: Number(given[":now"]?.N),
      expiresAt: Date.parse(changed["expiresAt"].S),
    });
    ledger.count("claims");
  };

  return {
    /** @param workerName process and thread of the environment that made the call */
    answered: (call: AwsCall, workerName: string, answer: { readonly status: number; readonly body: Buffer }): void => {
      const isDone = answer.status < 300;
      if (!isDone && answer.body.includes("ConditionalCheckFailed")) ledger.count("conditional-write conflicts");
      const key = objectKey(call);
      // A refused write of an object tells as much about bodies as one that was taken.
      if (call.operation === "PUT" && key !== undefined) keep(key, call.body);
      if (!isDone) return;
      if (call.operation === "SendMessage" || call.operation === "SendMessageBatch") onMessages(call);
      if (call.operation === "UpdateItem") onUpdate(call, workerName, answer.body);
    },
    /** Notes that a call was tampered with, if that may keep a delivery from being recorded. */
    tampered: (call: AwsCall): void => {
      if (call.operation !== "UpdateItem") return;
      const { batchId, values } = readUpdate(call.body);
      if (batchId === undefined || !values.some(({ S }) => S === "delivered")) return;
      ledger.batchOf(batchId).tampered.push(ledger.nextOrder());
    },
    /** Key of a batch's body whose deletion a call asks for. */
    deletes: (call: AwsCall): string | undefined => (call.operation === "DELETE" ? objectKey(call) : undefined),
  };
};

/** Batch whose item a call changes, by its sort key. */
const readUpdate = (body: Buffer): { readonly batchId?: string; readonly values: readonly Attribute[] } => {
  const { Key, ExpressionAttributeValues = {} } = parse(body) as UpdateCall;
  const batchId = /^[^#]+#([0-9a-f-]{36})$/.exec(Key.sk?.S ?? "")?.[1];
  return { ...(batchId === undefined ? {} : { batchId }), values: Object.values(ExpressionAttributeValues) };
};

/** Webhook whose item, or whose batch's item, a call changes. */
const webhookOf = (body: Buffer): string => (parse(body) as UpdateCall).Key.pk?.S ?? "";

/** Key of a batch's body in a call's path. */
const objectKey = ({ service, path }: AwsCall): string | undefined =>
  service === "s3" ? /\/(batches\/[^?]+)/.exec(path)?.[1] : undefined;
