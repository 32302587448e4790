import { I18nProvider } from "@cloudscape-design/components/i18n";
import englishMessages from "@cloudscape-design/components/i18n/messages/all.en";
import { QueryClientProvider } from "@tanstack/react-query";
import { Component, type ReactNode, Suspense, useCallback, useEffect, useState } from "react";
import { Redirect, Route, Router, Switch, useLocation, useSearch } from "wouter";
import { queryClient } from "./api/query-client.ts";
import { dropBulk } from "./bulk/bulk-job.ts";
import { BulkResult } from "./bulk/bulk-result.tsx";
import { ErrorView } from "./components/error-view.tsx";
import { discardDrafts } from "./pages/webhook-form/drafts.ts";
import { PortalEndPage } from "./pages/sign-in/portal-end-page.tsx";
import { PortalOfferPage } from "./pages/sign-in/portal-offer-page.tsx";
import { SignInPage } from "./pages/sign-in/sign-in-page.tsx";
import { pageRoutes } from "./routes.tsx";
import { homePath, hrefOf, navigate, useHashPath, useHashSearch } from "./hash-location.ts";
import { useSession } from "./session.ts";
import { FindDialog, useFindKey } from "./shell/find-dialog.tsx";
import { Page } from "./shell/page.tsx";
import { usePortalLook } from "./shell/portal-look.ts";
import { ShortcutSheet, useShortcut, useShortcutKeys } from "./shell/shortcuts.tsx";
import { TopBar } from "./shell/top-bar.tsx";
import { useAppearance } from "./shell/preferences.ts";
import Spinner from "@cloudscape-design/components/spinner";
import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";

/** The whole console. */
export const App = () => (
  <I18nProvider locale="en" messages={[englishMessages]}>
    <QueryClientProvider client={queryClient}>
      {/* oxlint-disable-next-line react/hooks -- this is how the router takes its hooks */}
      <Router hook={useHashPath} searchHook={useHashSearch} hrefs={hrefOf}>
        <Frame />
      </Router>
    </QueryClientProvider>
  </I18nProvider>
);

const Frame = () => {
  const { key, portal, offer } = useSession();
  const who = key ?? portal;
  const [path] = useLocation();
  const [showsShortcuts, setShowsShortcuts] = useState(false);
  const [isFinding, setIsFinding] = useState(false);
  useAppearance();
  const { color } = usePortalLook();
  useEffect(() => {
    if (color !== undefined) document.documentElement.style.setProperty("--portal-color", color);
  }, [color]);
  useValidNavigation();
  useShortcutKeys();
  useFindKey(useCallback(() => setIsFinding(true), []));
  useShortcut({ keys: "?", label: "Show the shortcuts", run: () => setShowsShortcuts(true) });
  useShortcut({ keys: "g o", label: "Go to the overview", run: () => navigate("/overview") });
  useShortcut({ keys: "g w", label: "Go to the webhooks", run: () => navigate("/webhooks") });
  useShortcut({ keys: "g e", label: "Go to the event catalogue", run: () => navigate("/events") });
  useShortcut(
    portal === undefined ? { keys: "g k", label: "Go to the API keys", run: () => navigate("/api-keys") } : undefined,
  );
  // What another key or session was shown is not for the next one.
  useEffect(
    () => () => {
      queryClient.clear();
      discardDrafts();
      dropBulk();
    },
    [who],
  );

  return (
    <>
      <div id="top" {...(color === undefined ? {} : { "data-portal-color": color })}>
        <TopBar onShowShortcuts={() => setShowsShortcuts(true)} />
      </div>
      <ErrorBoundary
        // Another page may well work.
        key={path}
        fallback={(error) => (
          <Page title="This page has failed" ready>
            <ErrorView what="The page could not be shown" error={error} onRetry={() => location.reload()} />
          </Page>
        )}
      >
        <Suspense fallback={<LoadingPage />}>
          {offer !== undefined && <PortalOfferPage />}
          {offer === undefined && (who === undefined ? <SignedOut /> : <SignedIn />)}
        </Suspense>
      </ErrorBoundary>
      <BulkResult />
      {isFinding && who !== undefined && <FindDialog onClose={() => setIsFinding(false)} />}
      {showsShortcuts && <ShortcutSheet onClose={() => setShowsShortcuts(false)} />}
    </>
  );
};

/** Whatever page is asked for, it is reached by signing in. */
const SignedOut = () => {
  const { end } = useSession();
  const [path] = useLocation();
  const search = useSearch();
  const wanted = path === "/sign-in" ? homePath : `${path}${search === "" ? "" : `?${search}`}`;
  return end === undefined || end === "key_refused" ? <SignInPage wanted={wanted} /> : <PortalEndPage end={end} />;
};

const SignedIn = () => {
  const { portal } = useSession();
  const routes = portal === undefined ? pageRoutes : pageRoutes.filter(({ path }) => path !== "/api-keys");
  return (
    <Switch>
      {routes.map(({ path, page }) => (
        <Route key={path} path={path} component={page} />
      ))}
      {["/", "/sign-in"].map((path) => (
        <Route key={path} path={path}>
          <Redirect to={homePath} replace />
        </Route>
      ))}
      <Route>
        <NotFoundPage />
      </Route>
    </Switch>
  );
};

/**
 * Takes from the layout's narrow navigation an attribute that its role may not have, and that says nothing to anyone.
 * The layout draws it whenever the window becomes narrow.
 */
const useValidNavigation = (): void => {
  useEffect(() => {
    const correct = (): void => {
      for (const navigation of document.querySelectorAll("nav[aria-orientation]")) {
        navigation.removeAttribute("aria-orientation");
      }
    };
    const observer = new MutationObserver(correct);
    observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ["aria-orientation"] });
    correct();
    return () => observer.disconnect();
  }, []);
};

/** What is shown while a page's code loads. */
const LoadingPage = () => (
  <Page title="Loading" heading={false} ready={false}>
    <Box textAlign="center" padding="xxl">
      <Spinner size="large" /> Loading the page
    </Box>
  </Page>
);

/** What is shown for an address that no page has. */
const NotFoundPage = () => {
  const [path] = useLocation();
  return (
    <Page title="There is no such page" ready>
      <p className="wrap">
        The console has no page <code>{path}</code>. Go to the <Link href={hrefOf("/webhooks")}>webhooks</Link>.
      </p>
    </Page>
  );
};

interface ErrorBoundaryProps {
  readonly fallback: (error: unknown) => ReactNode;
  readonly children: ReactNode;
}

interface ErrorBoundaryState {
  readonly caught: { readonly error: unknown } | undefined;
}

/** Shows that a page has failed instead of an empty window. React has no function for it. */
class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { caught: undefined };

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { caught: { error } };
  }

  override render(): ReactNode {
    const { caught } = this.state;
    return caught === undefined ? this.props.children : this.props.fallback(caught.error);
  }
}
