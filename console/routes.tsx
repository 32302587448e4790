import { type ComponentType, lazy } from "react";

/** A page by its path. Parameters such as `:id` are read by `useParams`. */
interface PageRoute {
  readonly path: string;
  readonly page: ComponentType;
}

/** A page whose code is loaded when it is first opened. */
const page = <Name extends string>(load: () => Promise<Readonly<Record<Name, ComponentType>>>, name: Name) =>
  lazy(async () => ({ default: (await load())[name] }));

/** Every page but that of signing in. The first match counts. */
export const pageRoutes: readonly PageRoute[] = [
  { path: "/webhooks/new", page: page(() => import("./pages/webhook-form/new-webhook-page.tsx"), "NewWebhookPage") },
  {
    path: "/webhooks/:id/edit",
    page: page(() => import("./pages/webhook-form/edit-webhook-page.tsx"), "EditWebhookPage"),
  },
  {
    path: "/webhooks/:id/batches/:batchId",
    page: page(() => import("./pages/webhook/batch-page.tsx"), "BatchPage"),
  },
  { path: "/webhooks/:id/batches", page: page(() => import("./pages/webhook/batches-page.tsx"), "BatchesPage") },
  { path: "/webhooks/:id/test", page: page(() => import("./pages/webhook/test-page.tsx"), "TestPage") },
  { path: "/webhooks/:id/code", page: page(() => import("./pages/webhook/code-page.tsx"), "CodePage") },
  { path: "/webhooks/:id/replay", page: page(() => import("./pages/webhook/replay-page.tsx"), "ReplayPage") },
  { path: "/webhooks/:id", page: page(() => import("./pages/webhook/overview-page.tsx"), "OverviewPage") },
  { path: "/overview", page: page(() => import("./pages/overview/overview-page.tsx"), "OverviewPage") },
  { path: "/webhooks", page: page(() => import("./pages/webhooks/webhooks-page.tsx"), "WebhooksPage") },
  { path: "/subaccounts", page: page(() => import("./pages/subaccounts/subaccounts-page.tsx"), "SubaccountsPage") },
  { path: "/find/:batchId", page: page(() => import("./pages/find/find-page.tsx"), "FindPage") },
  { path: "/import", page: page(() => import("./pages/import/import-page.tsx"), "ImportPage") },
  { path: "/events/search/:searchId", page: page(() => import("./pages/search/search-page.tsx"), "SearchPage") },
  { path: "/events", page: page(() => import("./pages/events/events-page.tsx"), "EventsPage") },
  { path: "/api-keys", page: page(() => import("./pages/api-keys/api-keys-page.tsx"), "ApiKeysPage") },
];
