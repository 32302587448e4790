import AppLayout, { type AppLayoutProps } from "@cloudscape-design/components/app-layout";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Flashbar from "@cloudscape-design/components/flashbar";
import Header from "@cloudscape-design/components/header";
import SideNavigation, { type SideNavigationProps } from "@cloudscape-design/components/side-navigation";
import { bulkFlash } from "../bulk/bulk-flash.tsx";
import { useBulkJob } from "../bulk/bulk-job.ts";
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useLocation } from "wouter";
import { useConsoleConfig } from "../api/queries.ts";
import { plain } from "#shared/text/plain.ts";
import { useMissingGrant } from "../grants.ts";
import { homePath, hrefOf, navigate } from "../hash-location.ts";
import { useSession } from "../session.ts";
import { flashes, watchAttention } from "./flashes.ts";
import { usePortalLook } from "./portal-look.ts";
import { setPreferences, usePreferences } from "./preferences.ts";

export interface Crumb {
  readonly text: string;
  /** Path of the console: `/webhooks`. */
  readonly path: string;
}

interface PageProps {
  /** Heading and, with the product's name, title of the browser's tab. */
  readonly title: string;
  /**
   * Title of the browser's tab, where several pages share their heading.
   * @default the heading
   */
  readonly tabTitle?: string;
  readonly description?: ReactNode;
  /** Buttons beside the heading. */
  readonly actions?: ReactNode;
  /** The pages above this one. */
  readonly crumbs?: readonly Crumb[];
  /** Whether the page shows what it is for, or why it cannot. */
  readonly ready: boolean;
  readonly contentType?: AppLayoutProps.ContentType;
  /**
   * False where the content brings its own `h1`, as a full-page table does.
   * @default true
   */
  readonly heading?: boolean;
  readonly splitPanel?: Pick<
    AppLayoutProps,
    "splitPanel" | "splitPanelOpen" | "onSplitPanelToggle" | "splitPanelSize" | "onSplitPanelResize"
  >;
  readonly children: ReactNode;
}

watchAttention(() => document.querySelector("[data-flashes]:is(:hover, :focus-within)") !== null);

const follow = (event: CustomEvent<{ readonly href?: string; readonly external?: boolean }>): void => {
  const { href, external } = event.detail;
  if (href?.startsWith("#") !== true || external === true) return;
  event.preventDefault();
  navigate(href.slice(1));
};

/** A page in the console's frame. Arriving at it sets the tab's title and moves the focus to its heading. */
export const Page = ({ title, tabTitle = title, crumbs = [], ready, contentType = "default", ...props }: PageProps) => {
  const [path] = useLocation();
  const navigation = useNavigation();
  const { name: productName } = usePortalLook();
  const { navigationOpen } = usePreferences();
  const isNarrow = useIsNarrow();
  const [coversPage, setCoversPage] = useState(false);
  const told = flashes.use();
  const job = useBulkJob();
  const shown = job === undefined ? told : [bulkFlash(job), ...told];
  const { data: config } = useConsoleConfig();
  const { portal } = useSession();
  // Names of a deployment mean nothing to a customer's people.
  const place =
    config === undefined || portal !== undefined
      ? ""
      : [config.stack, config.region].filter((part) => part !== "").join(" · ");
  const content = useRef<HTMLDivElement>(null);

  useEffect(() => {
    document.title = `${plain(tabTitle)} · ${productName}`;
  }, [tabTitle, productName]);
  useEffect(() => {
    const heading = content.current?.querySelector("h1");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [path]);
  useEffect(() => {
    // The layout draws the element itself.
    content.current?.closest("main")?.setAttribute("data-ready", String(ready));
  }, [ready]);

  return (
    <AppLayout
      headerSelector="#top"
      contentType={contentType}
      toolsHide
      navigation={
        <SideNavigation
          header={{ text: place === "" ? "Console" : place, href: hrefOf(homePath) }}
          items={navigation}
          activeHref={hrefOf(`/${path.split("/")[1] ?? ""}`)}
          onFollow={follow}
        />
      }
      navigationOpen={isNarrow ? coversPage : navigationOpen}
      onNavigationChange={({ detail }) => {
        // On a phone the navigation lies over the page: open is no state to keep there.
        if (isNarrow) setCoversPage(detail.open);
        else setPreferences({ navigationOpen: detail.open });
      }}
      {...(crumbs.length === 0
        ? {}
        : {
            breadcrumbs: (
              <BreadcrumbGroup
                items={[...crumbs.map(({ text, path: to }) => ({ text, href: hrefOf(to) })), { text: title, href: "" }]}
                onFollow={follow}
              />
            ),
          })}
      notifications={
        <div data-flashes="">
          <Flashbar items={[...shown]} stackItems={shown.length > 1} />
        </div>
      }
      {...props.splitPanel}
      ariaLabels={{
        navigation: "Pages",
        navigationClose: "Close navigation",
        navigationToggle: "Open navigation",
        notifications: "Notifications",
      }}
      content={
        <div ref={content}>
          {props.heading === false ? (
            props.children
          ) : (
            <ContentLayout
              header={
                <Header variant="h1" description={props.description} actions={props.actions}>
                  <bdi className="heading" title={title}>
                    {title}
                  </bdi>
                </Header>
              }
            >
              {props.children}
            </ContentLayout>
          )}
        </div>
      }
    />
  );
};

const link = (text: string, path: string): SideNavigationProps.Item => ({ type: "link", text, href: hrefOf(path) });

/** The pages that can be reached from everywhere; in a portal session those that it may use. */
const useNavigation = (): readonly SideNavigationProps.Item[] => {
  const { portal } = useSession();
  const mayChange = useMissingGrant("webhooks/modify") === undefined;
  return [
    link("Overview", "/overview"),
    link("Webhooks", "/webhooks"),
    ...(portal === undefined ? [link("Sub-accounts", "/subaccounts")] : []),
    ...(portal === undefined || mayChange ? [link("Import", "/import")] : []),
    { type: "divider" },
    link("Event catalogue", "/events"),
    ...(portal === undefined ? [link("API keys", "/api-keys")] : []),
  ];
};

/** Where the layout lays the navigation over the page. */
const narrow = window.matchMedia("(max-width: 688px)");

const subscribe = (listener: () => void): (() => void) => {
  narrow.addEventListener("change", listener);
  return () => narrow.removeEventListener("change", listener);
};

/** Whether the window is as narrow as a phone. */
const useIsNarrow = (): boolean => useSyncExternalStore(subscribe, () => narrow.matches);
