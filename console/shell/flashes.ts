import type { FlashbarProps } from "@cloudscape-design/components/flashbar";
import { type ReactNode, useSyncExternalStore } from "react";

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
let items: readonly FlashbarProps.MessageDefinition[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

const change = (next: typeof items): void => {
  items = next;
  for (const listener of listeners) listener();
};

/** Removes a flash. */
export const dismissFlash = (id: string): void => change(items.filter((item) => item.id !== id));

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
  change([item, ...items.filter((other) => other.id !== id)].slice(0, maxFlashes));
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** What the flash bar shows. */
export const useFlashes = (): typeof items => useSyncExternalStore(subscribe, () => items);
