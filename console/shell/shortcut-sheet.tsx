import Box from "@cloudscape-design/components/box";
import Modal from "@cloudscape-design/components/modal";
import Toggle from "@cloudscape-design/components/toggle";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { setPreferences, usePreferences } from "./preferences.ts";
import { activeShortcuts } from "./shortcuts.ts";

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
        <Toggle checked={shortcuts} onChange={({ detail }) => setPreferences({ shortcuts: detail.checked })}>
          Shortcuts on
        </Toggle>
        <Box color="text-body-secondary">Shortcuts never work while you type or while a dialog is open.</Box>
      </SpaceBetween>
    </Modal>
  );
};
