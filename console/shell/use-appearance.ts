import { applyDensity, applyMode, Density, Mode } from "@cloudscape-design/global-styles";
import { useEffect } from "react";
import { usePreferences } from "./preferences.ts";

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
