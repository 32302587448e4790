/** What the package exports as `tidepost-producer`. */
export { createProducer, type Producer, type ProducerOptions, type Refusal, type Trouble } from "./create-producer.ts";
export { type Event, EventError } from "./event-line.ts";
