import TextFilter, { type TextFilterProps } from "@cloudscape-design/components/text-filter";
import { useRef, useState } from "react";
import { useShortcut } from "../../shell/shortcuts.tsx";

interface SearchBoxProps {
  /** The text that is searched for. */
  readonly text: string;
  readonly countText: string;
  readonly loading: boolean;
  /** After the user has stopped typing. */
  readonly onSearch: (text: string) => void;
}

/** Where text to search for is typed. A key stroke draws this box alone, however many rows there are. */
export const SearchBox = ({ text, countText, loading, onSearch }: SearchBoxProps) => {
  const [typed, setTyped] = useState(text);
  const [known, setKnown] = useState(text);
  const box = useRef<TextFilterProps.Ref>(null);
  useShortcut({ keys: "/", label: "Find webhooks", run: () => box.current?.focus() });
  // The address was changed by something else: the way back, a link, or a button that clears the search.
  if (text !== known) {
    setKnown(text);
    setTyped(text);
  }
  return (
    <TextFilter
      ref={box}
      filteringText={typed}
      filteringPlaceholder="Find by name, target or id"
      filteringAriaLabel="Find webhooks"
      filteringClearAriaLabel="Clear the search"
      countText={countText}
      loading={loading}
      onChange={({ detail }) => setTyped(detail.filteringText)}
      onDelayedChange={({ detail }) => onSearch(detail.filteringText)}
    />
  );
};
