import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  root: path("web"),
  resolve: {
    alias: [
      { find: "react", replacement: "preact/compat" },
      { find: "react-dom", replacement: "preact/compat" },
      // Engine.IO's own transports, of which none is used.
      { find: /^\.\/transports\/index\.js$/, replacement: path("web/no-transports.ts") },
    ],
  },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    // One request for the styles, and the chunks find theirs there.
    cssCodeSplit: false,
    // What is inlined is a data: URL, which the page's policy refuses.
    assetsInlineLimit: 0,
    rolldownOptions: {
      onLog(level, log, handle) {
        // "use client" means nothing here.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handle(level, log);
      },
    },
  },
});
