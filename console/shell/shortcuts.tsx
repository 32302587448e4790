import { useEffect, useRef } from "react";
import { setPreferences, usePreferences } from "./preferences.ts";
import Box from "@cloudscape-design/components/box";
import Modal from "@cloudscape-design/components/modal";
import Toggle from "@cloudscape-design/components/toggle";
import SpaceBetween from "@cloudscape-design/components/space-between";

export interface Shortcut {
  /** Keys one after another: `g w`. */
  readonly keys: string;
  /** What it does, for the sheet. */
  readonly label: string;
  readonly run: () => void;
}

const active = new Map<string, Shortcut>();
/** Keys of a sequence must follow each other within this time. */
const sequenceMs = 1_500;

/** The shortcuts that work on the page that is open. */
export const activeShortcuts = (): readonly Shortcut[] => [...active.values()];

/** Offers a shortcut while the component is shown; undefined offers none. */
export const useShortcut = (shortcut: Shortcut | undefined): void => {
  const latest = useRef(shortcut);
  useEffect(() => {
    latest.current = shortcut;
  });
  const keys = shortcut?.keys;
  useEffect(() => {
    if (keys === undefined) return undefined;
    const entry: Shortcut = {
      keys,
      get label() {
        return latest.current?.label ?? "";
      },
      run: () => latest.current?.run(),
    };
    active.set(keys, entry);
    return () => {
      if (active.get(keys) === entry) active.delete(keys);
    };
  }, [keys]);
};

/** Keys mean themselves where text is typed, and nothing while a dialog is open. */
const isTaken = (target: EventTarget | null): boolean =>
  (target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest("input, textarea, select, [role=combobox], [role=listbox]") !== null)) ||
  document.querySelector("[role=dialog][aria-modal=true]") !== null;

/** Listens for shortcuts, unless they are switched off. */
export const useShortcutKeys = (): void => {
  const { shortcuts } = usePreferences();
  useEffect(() => {
    if (!shortcuts) return undefined;
    let typed: readonly string[] = [];
    let typedAt = 0;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTaken(event.target)) return;
      typed = [...(event.timeStamp - typedAt < sequenceMs ? typed : []), event.key].slice(-2);
      typedAt = event.timeStamp;
      const found = active.get(typed.join(" ")) ?? active.get(event.key);
      if (found === undefined) return;
      event.preventDefault();
      typed = [];
      found.run();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [shortcuts]);
};

interface ShortcutSheetProps {
  readonly onClose: () => void;
}

/** The shortcuts of the page that is open, and the switch that turns them all off. */
export const ShortcutSheet = ({ onClose }: ShortcutSheetProps) => {
  const { shortcuts } = usePreferences();
  return (
    <Modal visible header="Keyboard shortcuts" onDismiss={onClose} closeAriaLabel="Close">
      <SpaceBetween size="l">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Keys</th>
              <th scope="col">What they do</th>
            </tr>
          </thead>
          <tbody>
            {activeShortcuts().map(({ keys, label }) => (
              <tr key={keys}>
                <td>
                  {keys.split(" ").map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </td>
                <td>{label}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <Box>
          <kbd>Ctrl K</kbd> finds a batch by its id, from anywhere.
        </Box>
        <Toggle checked={shortcuts} onChange={({ detail }) => setPreferences({ shortcuts: detail.checked })}>
          Shortcuts on
        </Toggle>
        <Box color="text-body-secondary">Shortcuts never work while you type or while a dialog is open.</Box>
      </SpaceBetween>
    </Modal>
  );
};
