import { createStore } from "../store.ts";

export type TimeStyle = "relative" | "local" | "utc";
export type Theme = "system" | "light" | "dark";

/** Choices of how the console looks: all that it ever keeps in `localStorage`. */
export interface Preferences {
  readonly theme: Theme;
  readonly density: "comfortable" | "compact";
  readonly times: TimeStyle;
  readonly shortcuts: boolean;
  readonly navigationOpen: boolean;
  /** Visible columns and rows on a page, by table. */
  readonly tables: Readonly<Record<string, TablePreferences>>;
}

export interface TablePreferences {
  readonly pageSize: number;
  readonly columns: readonly { readonly id: string; readonly visible: boolean }[];
}

const storageName = "tidepost-preferences";

const defaults: Preferences = {
  theme: "system",
  density: "comfortable",
  times: "relative",
  shortcuts: true,
  navigationOpen: true,
  tables: {},
};

const stored = (): Preferences => {
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(storageName) ?? "{}") as Partial<Preferences>) };
  } catch {
    return defaults;
  }
};

const preferences = createStore(stored());

/** Changes some of the preferences and keeps them for the next visit. */
export const setPreferences = (change: Partial<Preferences>): void => {
  const next = { ...preferences.get(), ...change };
  try {
    localStorage.setItem(storageName, JSON.stringify(next));
  } catch {
    // The storage is full or forbidden: the choice holds until the page is left.
  }
  preferences.set(next);
};

/** The preferences; renders again when they change. */
export const usePreferences = preferences.use;
