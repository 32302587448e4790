import { expectTypeOf, it } from "vitest";
import type { BatchEvent, BatchEventOf } from "../../../receiver/index.ts";

it("an event's type decides its class and its fields", () => {
  const reasonOf = (event: BatchEvent): string | undefined => {
    if (event.type === "bounce") {
      expectTypeOf(event.class).toEqualTypeOf<"message_event">();
      expectTypeOf(event.data.bounce_class).toEqualTypeOf<string | undefined>();
      return event.data.reason;
    }
    if (event.type !== "click") return undefined;
    // @ts-expect-error -- a click has no reason
    expectTypeOf<string | undefined>(event.data.reason);
    return event.data.target_link_url;
  };
  expectTypeOf(reasonOf).parameter(0).toEqualTypeOf<BatchEvent>();
  expectTypeOf<BatchEventOf<"open">>().toExtend<BatchEvent>();
  // @ts-expect-error -- there is no such type
  expectTypeOf<BatchEventOf<"teleport">>();
});
