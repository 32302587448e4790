import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { createHash } from "node:crypto";
import { answerParent, type Child, startChild } from "./child.ts";

/** Says of a list of ids, in any order, whether it is another list, without holding it. */
export interface Fingerprint {
  readonly ids: number;
  readonly distinctIds: number;
  /** SHA-256 of the ids in order. */
  readonly checksum: string;
}

/** Fingerprint of a list of ids. */
export const fingerprintOf = (ids: readonly string[]): Fingerprint => ({
  ids: ids.length,
  distinctIds: new Set(ids).size,
  checksum: createHash("sha256").update(ids.toSorted().join("\n")).digest("hex"),
});

type Request =
  | { readonly kind: "listen" }
  /** Answers with what came so far and forgets it. */
  | { readonly kind: "take" }
  /** Answers, ids included, when so many events have come, or when nothing has come for a while. */
  | { readonly kind: "wait"; readonly events: number };

/** What a receiver got since the last `take`. */
export interface Received extends Fingerprint {
  readonly url: string;
  readonly posts: number;
  readonly bytes: number;
  /** When the last batch had arrived, Unix milliseconds. */
  readonly lastAt: number;
}

/** A receiver in a process of its own that answers 200 to everything. */
export type ReceiverProcess = Child<Request, Received>;

/** Starts a receiver; `listen` tells its URL. */
export const startReceiverProcess = (): ReceiverProcess => startChild(import.meta.filename);

const idMark = Buffer.from('"event_id":"');
const silenceMs = 20_000;

/** The ids are cut out of the bytes: parsing the bodies would take CPU from the system under test. */
const idsIn = function* (body: Buffer): Generator<string> {
  for (let at = body.indexOf(idMark); at !== -1; at = body.indexOf(idMark, at)) {
    const start = at + idMark.length;
    at = body.indexOf(0x22, start);
    yield body.toString("latin1", start, at);
  }
};

const serve = (): void => {
  let bodies: Buffer[] = [];
  let ids = 0;
  let posts = 0;
  let bytes = 0;
  let lastAt = 0;

  const receive = async (request: IncomingMessage): Promise<void> => {
    const body = Buffer.concat((await request.toArray()) as Buffer[]);
    bodies.push(body);
    posts += 1;
    bytes += body.length;
    lastAt = Date.now();
    for (const _ of idsIn(body)) ids += 1;
  };
  const server = createServer((request, response) => {
    receive(request).then(
      () => response.end(),
      () => response.destroy(),
    );
  });
  const wait = async (events: number): Promise<void> => {
    const startedAt = Date.now();
    const isSilent = (): boolean => Date.now() - Math.max(lastAt, startedAt) > silenceMs;
    const hasAll = (): boolean => ids >= events;
    while (!hasAll() && !isSilent()) await delay(20);
  };
  const answer = async (request: Request): Promise<Received> => {
    if (request.kind === "listen") await once(server.listen(0, "127.0.0.1"), "listening");
    if (request.kind === "wait") await wait(request.events);
    const { port } = server.address() as AddressInfo;
    const found = fingerprintOf(request.kind === "wait" ? bodies.flatMap((body) => [...idsIn(body)]) : []);
    const received = { ...found, url: `http://127.0.0.1:${port}`, posts, bytes, lastAt };
    if (request.kind === "take") {
      bodies = [];
      ids = posts = bytes = lastAt = 0;
    }
    return received;
  };
  answerParent((request) => answer(request as Request));
};

if (import.meta.main) serve();
