import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

interface DialogFooterProps {
  readonly onCancel: () => void;
  /** The button that does what the dialog asks about. */
  readonly children: ReactNode;
}

/** The buttons of a dialog that may be left without doing anything. */
export const DialogFooter = ({ onCancel, children }: DialogFooterProps) => (
  <Box float="right">
    <SpaceBetween direction="horizontal" size="xs">
      <Button variant="link" onClick={onCancel}>
        Cancel
      </Button>
      {children}
    </SpaceBetween>
  </Box>
);
