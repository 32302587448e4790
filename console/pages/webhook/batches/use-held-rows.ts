import { useEffect, useEffectEvent, useState } from "react";
import type { Batch } from "#shared/contract/api/batch.ts";
import { type HeldRows, holdRows, splitHeld } from "./held-rows.ts";

/** Scrolled further than this, the rows stay where they are. */
const scrolledPx = 80;

interface HeldList {
  readonly rows: readonly Batch[];
  /** New rows that are not shown yet. */
  readonly fresh: number;
  readonly isHeld: boolean;
  /** Shows the new rows. */
  readonly release: () => void;
}

/** Rows that do not move while they are read: once the page is scrolled, new ones are only counted. */
export const useHeldRows = (all: readonly Batch[]): HeldList => {
  const [held, setHeld] = useState<HeldRows>();
  const onScroll = useEffectEvent(() => {
    const isScrolled = window.scrollY > scrolledPx;
    if (isScrolled !== (held !== undefined)) setHeld(isScrolled ? holdRows(all) : undefined);
  });
  useEffect(() => {
    const listener = (): void => onScroll();
    window.addEventListener("scroll", listener, { passive: true });
    return () => window.removeEventListener("scroll", listener);
  }, []);
  const { shown, fresh } = splitHeld(all, held);
  return {
    rows: shown,
    fresh,
    isHeld: held !== undefined,
    release: () => {
      setHeld(undefined);
      window.scrollTo({ top: 0 });
    },
  };
};
