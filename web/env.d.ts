/// <reference types="vite/client" />

declare module "react-dom/client" {
  export { createRoot, hydrateRoot } from "preact/compat/client";
}

declare namespace React {
  interface CSSProperties {
    /** A person's hue in degrees and its shade, from which the class `hued` makes colours. */
    "--hue"?: number;
    "--shade"?: number;
  }
}
