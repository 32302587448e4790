import * as z from "zod";
import { validate } from "#shared/errors.ts";

const maxRate = 50;
const defaultRate = 5;
const hourMs = 60 * 60 * 1_000;
/** Records this close to the end of their retention might be gone before they are read. */
const marginMs = 60_000;

/** A time as ISO 8601 in UTC, to the millisecond. */
const time = z.iso
  .datetime({ offset: true, error: "must be a time in ISO 8601 with a time zone, such as '2026-01-02T03:04:05Z'" })
  .transform((text) => new Date(text).toISOString());

/** Body of `POST /webhooks/{id}/replay`: events that arrived from `from` until before `to`. Unknown fields are ignored. */
export const replayRequest = z.object({
  from: time,
  to: time,
  rate: z.int().min(1, "must be at least 1").max(maxRate, `must be at most ${maxRate}`).default(defaultRate),
  dry_run: z.boolean().default(false),
});

export type ReplayRequest = z.output<typeof replayRequest>;

/** Reads the body of a request for a replay, whose times the stream must still hold. */
export const readReplayRequest = (
  body: unknown,
  { now, retentionHours }: { readonly now: number; readonly retentionHours: number },
): ReplayRequest => {
  const latest = new Date(now).toISOString();
  const earliest = new Date(now - retentionHours * hourMs + marginMs).toISOString();
  const wanted = validate(replayRequest, body);
  const inRange = z
    .object({ from: z.string(), to: z.string() })
    .refine(({ from, to }) => from < to, { error: "must be earlier than 'to'", path: ["from"] })
    .refine(({ to }) => to <= latest, { error: `must not be in the future; it is ${latest}`, path: ["to"] })
    .refine(({ from }) => from >= earliest, {
      error: `must be within the ${retentionHours} hours that events are kept: ${earliest} at the earliest`,
      path: ["from"],
    });
  validate(inRange, wanted);
  return wanted;
};
