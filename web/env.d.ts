/// <reference types="vite/client" />

declare module "react-dom/client" {
  export { createRoot, hydrateRoot } from "preact/compat/client";
}
