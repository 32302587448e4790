import { useConsoleConfig } from "../api/queries.ts";
import { useSession } from "../session.ts";

interface PortalLook {
  /** What the console calls itself. */
  readonly name: string;
  /** `#rrggbb`; absent for none. */
  readonly color?: string;
  readonly logoUrl?: string;
}

const usual: PortalLook = { name: "Tidepost" };

/** How the console looks: for those who follow, or have followed, a portal link as an operator has set it, else as usual. */
export const usePortalLook = (): PortalLook => {
  const { portal, end } = useSession();
  const { data } = useConsoleConfig();
  const isPortal = portal !== undefined || (end !== undefined && end !== "key_refused");
  if (data === undefined || !isPortal) return usual;
  const { name, color, logo_url: logoUrl } = data.portal;
  return {
    name: name === "" ? usual.name : name,
    ...(color === "" ? {} : { color }),
    ...(logoUrl === "" ? {} : { logoUrl }),
  };
};
