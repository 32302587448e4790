import type { EventSample } from "#shared/contract/api/event.ts";

/** The sample of an event type. */
export const sampleOf = (samples: readonly EventSample[], type: string): EventSample | undefined =>
  samples.find(({ msys }) => Object.values(msys).some((event) => event["type"] === type));
