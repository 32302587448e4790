import { useSyncExternalStore } from "react";

/** A value outside React that components follow. */
interface Store<Value> {
  readonly get: () => Value;
  readonly set: (next: Value) => void;
  /** The value; renders again when it changes. */
  readonly use: () => Value;
}

/** Keeps a value for all components. What is not changed must stay the same object. */
export const createStore = <Value>(initial: Value): Store<Value> => {
  let value = initial;
  const listeners = new Set<() => void>();
  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const get = (): Value => value;
  return {
    get,
    set: (next) => {
      value = next;
      for (const listener of listeners) listener();
    },
    use: () => useSyncExternalStore(subscribe, get),
  };
};
