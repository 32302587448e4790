import { createStore } from "../store.ts";
import { applyDensity, applyMode, Density, Mode } from "@cloudscape-design/global-styles";
import { useEffect } from "react";

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

/** Applies theme and density to the document; the theme follows the system until the user chooses one. */
export const useAppearance = (): void => {
  const { theme, density } = usePreferences();
  useEffect(() => {
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    const apply = (): void => {
      const isDark = theme === "dark" || (theme === "system" && system.matches);
      applyMode(isDark ? Mode.Dark : Mode.Light);
      document.documentElement.style.colorScheme = isDark ? "dark" : "light";
    };
    apply();
    system.addEventListener("change", apply);
    return () => system.removeEventListener("change", apply);
  }, [theme]);
  useEffect(() => applyDensity(density === "compact" ? Density.Compact : Density.Comfortable), [density]);
};
