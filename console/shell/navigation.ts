import type { SideNavigationProps } from "@cloudscape-design/components/side-navigation";
import { hrefOf } from "../routing/hash-location.ts";

/** The pages that can be reached from everywhere. */
export const navigationItems: readonly SideNavigationProps.Item[] = [
  { type: "link", text: "Webhooks", href: hrefOf("/webhooks") },
  { type: "link", text: "Import", href: hrefOf("/import") },
  { type: "divider" },
  { type: "link", text: "Event catalogue", href: hrefOf("/events") },
  { type: "link", text: "API keys", href: hrefOf("/api-keys") },
];
