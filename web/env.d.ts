/// <reference types="vite/client" />

declare module "react-dom/client" {
  export { createRoot, hydrateRoot } from "preact/compat/client";
}

declare namespace React {
  interface CSSProperties {
    /** A person's hue in degrees and its shade, from which the class `hued` makes colours. */
    "--hue"?: number;
    "--shade"?: number;
    /** How many emoji stand in a row, and how wide a dialog is. */
    "--columns"?: number | undefined;
    "--width"?: string;
    /** A picture's width by its height. */
    "--ratio"?: number;
  }
}

/** What `cutEmoji` leaves, put there by vite.config.ts. */
declare module "virtual:emoji" {
  const groups: import("./emoji/cut.ts").CutEmoji[][];
  export default groups;
}
