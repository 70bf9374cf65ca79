/// <reference types="vite/client" />

declare module "react-dom/client" {
  export { createRoot, hydrateRoot } from "preact/compat/client";
}

declare namespace React {
  interface CSSProperties {
    /** The hue of a person, in degrees: what the class `hued` makes colours of. */
    "--hue"?: number;
  }
}
