import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  root: path("web"),
  plugins: [preloadPage()],
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
      output: {
        codeSplitting: {
          // Two scripts until something is opened: what the page shares with dialogs is the page's.
          groups: [{ name: partOfPage, includeDependenciesRecursively: false }],
        },
      },
      onLog(level, log, handle) {
        // "use client" means nothing here.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handle(level, log);
      },
    },
  },
});

/** The chunk of what the page needs and the first script does not. */
function partOfPage(id: string, graph: Graph): "page" | undefined {
  const [first, page] = [path("web/main.tsx"), path("web/ChatPage.tsx")];
  return needs(page, graph).has(id) && !needs(first, graph).has(id) ? "page" : undefined;
}

interface Graph {
  getModuleInfo(id: string): { importedIds: readonly string[] } | null;
}

/** The modules that come with one, itself among them. */
function needs(module: string, graph: Graph): ReadonlySet<string> {
  const found = new Set([module]);
  for (const one of found) {
    for (const imported of graph.getModuleInfo(one)?.importedIds ?? []) found.add(imported);
  }
  return found;
}

/** Who comes back needs both scripts at once, so the document names them both. */
function preloadPage(): Plugin {
  return {
    name: "preload-page",
    transformIndexHtml(_, { bundle = {} }) {
      const page = Object.values(bundle).find(({ name }) => name === "page");
      const attrs = { rel: "modulepreload", crossorigin: true, href: `/${page?.fileName}` };
      return page && [{ tag: "link", attrs, injectTo: "head" }];
    },
  };
}
