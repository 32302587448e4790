import type { FlashbarProps } from "@cloudscape-design/components/flashbar";
import type { ReactNode } from "react";
import { createStore } from "../store.ts";

interface Flash {
  readonly type: "success" | "error" | "info" | "warning";
  readonly header: string;
  readonly content?: ReactNode;
  /**
   * A flash with the same id is replaced.
   * @default an id of its own
   */
  readonly id?: string;
}

const maxFlashes = 3;
const items = createStore<readonly FlashbarProps.MessageDefinition[]>([]);
let nextId = 1;

/** Removes a flash. */
export const dismissFlash = (id: string): void => items.set(items.get().filter((item) => item.id !== id));

/** Tells the user what has happened, above whatever page is open, until it is dismissed. */
export const flash = ({ type, header, content, id = `flash-${nextId++}` }: Flash): void => {
  const item: FlashbarProps.MessageDefinition = {
    id,
    type,
    header,
    content,
    dismissible: true,
    dismissLabel: "Dismiss",
    ariaRole: type === "error" ? "alert" : "status",
    onDismiss: () => dismissFlash(id),
  };
  items.set([item, ...items.get().filter((other) => other.id !== id)].slice(0, maxFlashes));
};

/** What the flash bar shows. */
export const useFlashes = items.use;
