import type { FlashbarProps } from "@cloudscape-design/components/flashbar";
import type { ReactNode } from "react";
import { createStore } from "../store.ts";

interface Flash {
  readonly type: "success" | "error" | "info" | "warning";
  /** Names of the user's choice stand in a `bdi`. */
  readonly header: ReactNode;
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

/** What went well is read by then. */
const shownMs = 10_000;
const lookAgainMs = 2_000;
let isAttended = (): boolean => false;

/** Lets flashes know how to see whether somebody points at them or has the focus there. */
export const watchAttention = (check: () => boolean): void => {
  isAttended = check;
};

const dismissLater = (id: string, item: FlashbarProps.MessageDefinition, afterMs: number): void => {
  setTimeout(() => {
    // Another one may have taken its place.
    if (!items.get().includes(item)) return;
    if (isAttended()) dismissLater(id, item, lookAgainMs);
    else dismissFlash(id);
  }, afterMs);
};

/**
 * Tells the user what has happened, above whatever page is open. What went well goes away after a while, but not under
 * somebody's pointer or focus; what did not stays until it is dismissed.
 */
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
  if (type === "success" || type === "info") dismissLater(id, item, shownMs);
};

/** What the flash bar shows: now, and as a hook that renders again when it changes. */
export const flashes = { get: items.get, use: items.use };
