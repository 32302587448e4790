import TopNavigation, { type TopNavigationProps } from "@cloudscape-design/components/top-navigation";
import { queryClient } from "../api/query-client.ts";
import { useConsoleConfig, useWhoAmI } from "../api/queries.ts";
import { homePath, hrefOf, navigate } from "../hash-location.ts";
import { currentPortal, leavePortal, signOut, useSession } from "../session.ts";
import { asApiError } from "../api/api-error.ts";
import { callApi } from "../api/client.ts";
import { flash } from "./flashes.ts";
import { usePortalLook } from "./portal-look.ts";
import { type Preferences, setPreferences, type Theme, type TimeStyle, usePreferences } from "./preferences.ts";

const themes: Readonly<Record<Theme, string>> = { system: "Follow the system", light: "Light", dark: "Dark" };
const times: Readonly<Record<TimeStyle, string>> = {
  relative: "How long ago",
  local: "Time of this computer",
  utc: "UTC",
};
const densities: Readonly<Record<Preferences["density"], string>> = { comfortable: "Comfortable", compact: "Compact" };

const choices = <Value extends string>(setting: string, texts: Readonly<Record<Value, string>>, chosen: Value) =>
  Object.entries<string>(texts).map(([value, text]) => ({
    id: `${setting}:${value}`,
    text,
    itemType: "checkbox" as const,
    checked: value === chosen,
  }));

interface TopBarProps {
  readonly onShowShortcuts: () => void;
}

/** The bar at the top: which deployment this is, how the console looks, who is signed in. */
export const TopBar = ({ onShowShortcuts }: TopBarProps) => {
  const preferences = usePreferences();
  const { key, portal } = useSession();
  const { data: config } = useConsoleConfig();
  const { data: me } = useWhoAmI();
  const look = usePortalLook();

  const settings: TopNavigationProps.MenuDropdownUtility = {
    type: "menu-dropdown",
    iconName: "settings",
    ariaLabel: "Settings",
    title: "Settings",
    items: [
      { text: "Theme", items: choices("theme", themes, preferences.theme) },
      { text: "Times", items: choices("times", times, preferences.times) },
      { text: "Density", items: choices("density", densities, preferences.density) },
      {
        text: "Keyboard",
        items: [
          { id: "shortcuts", text: "Shortcuts on", itemType: "checkbox", checked: preferences.shortcuts },
          { id: "sheet", text: "Show shortcuts" },
        ],
      },
    ],
    onItemClick: ({ detail }) => {
      const [setting = "", value = ""] = detail.id.split(":");
      if (setting === "sheet") onShowShortcuts();
      else if (setting === "shortcuts") setPreferences({ shortcuts: !preferences.shortcuts });
      else setPreferences({ [setting]: value });
    },
  };
  const account: TopNavigationProps.MenuDropdownUtility = {
    type: "menu-dropdown",
    iconName: "user-profile",
    text: me?.key?.label ?? me?.portal?.label ?? "Signed in",
    ...(me?.key === undefined ? {} : { description: `Key ${me.key.short_key}… of customer ${me.customer_id}` }),
    ...(me?.portal === undefined ? {} : { description: `Until ${new Date(me.portal.ends_at).toLocaleString()}` }),
    items: [{ id: "sign-out", text: "Sign out" }],
    onItemClick: () => void endSession(portal),
  };
  const docs: TopNavigationProps.ButtonUtility = {
    type: "button",
    text: "API docs",
    href: config?.links.docs ?? "../docs",
    target: "_blank",
    rel: "noopener",
    external: true,
    externalIconAriaLabel: "opens in a new tab",
  };

  return (
    <TopNavigation
      identity={{
        href: hrefOf(homePath),
        title: look.name,
        ...(look.logoUrl === undefined ? {} : { logo: { src: look.logoUrl, alt: "" } }),
        onFollow: (event) => {
          event.preventDefault();
          navigate(homePath);
        },
      }}
      utilities={portal === undefined ? [docs, settings, ...(key === undefined ? [] : [account])] : [settings, account]}
      i18nStrings={{ overflowMenuTriggerText: "More", overflowMenuTitleText: "All" }}
    />
  );
};

/** Signs out. A portal session that cannot be ended at the API goes on, and its user is told. */
const endSession = async (portal: string | undefined): Promise<void> => {
  try {
    if (portal !== undefined) await callApi("DELETE /v1/portal/session");
  } catch (error) {
    // That it has ended by itself is told where it was noticed.
    if (currentPortal() === undefined) return;
    flash({ type: "error", header: "You are still signed in", content: asApiError(error).message, id: "sign-out" });
    return;
  }
  if (portal === undefined) signOut();
  else leavePortal("signed_out_of_portal");
  queryClient.clear();
  navigate("/sign-in");
};
