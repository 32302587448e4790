import type { EventSample } from "../api/event-catalogue.ts";

/** The sample of an event type. */
export const sampleOf = (samples: readonly EventSample[], type: string): EventSample | undefined =>
  samples.find(({ msys }) => Object.values(msys).some((event) => event["type"] === type));
