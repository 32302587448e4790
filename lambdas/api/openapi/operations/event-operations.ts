import type { Operation } from "../operation.ts";
import { samplesQuery } from "#shared/contract/api/parameters.ts";
import * as example from "./examples.ts";

const samples = {
  tag: "Events",
  parameters: { query: samplesQuery },
  answer: { results: [example.event] },
  errors: { badParameter: "`events` names an unknown event type." },
} as const;

export const eventOperations = {
  "GET /v1/webhooks/events/documentation": {
    id: "readEventDocumentation",
    tag: "Events",
    summary: "Event types and their fields",
    description: "Every event class, event type and field, with its meaning and a sample value.",
    answer: { results: example.documentation },
    errors: {},
  },
  "GET /v1/webhooks/events/samples": {
    ...samples,
    id: "readEventSamples",
    summary: "Sample events",
    description: "One sample of each event type, as it would be delivered.",
  },
  "GET /v1/ingest/events/documentation": {
    id: "readIngestDocumentation",
    tag: "Events",
    summary: "Fields of ingested events",
    description: "The fields that producers send for each event type.",
    answer: { results: [example.ingestDocumentation] },
    errors: {},
  },
  "GET /v1/ingest/events/samples": {
    ...samples,
    id: "readIngestSamples",
    summary: "Sample events to ingest",
    description: "The same samples; what can be delivered can be ingested.",
  },
  "GET /v1/openapi.json": {
    id: "readOpenApi",
    tag: "Documentation",
    summary: "This document",
    description: "The OpenAPI description of this API.",
    answer: { openapi: "3.1.1", info: {}, paths: {} },
    errors: {},
  },
} as const satisfies Readonly<Record<string, Operation>>;
