import "@cloudscape-design/global-styles/index.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { restoreSession } from "./session.ts";
import "./style.css";

await restoreSession();

const root = document.getElementById("app");
if (root === null) throw new Error("The document has no element #app");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
