import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { cutEmoji } from "./web/emoji/cut.ts";
import { language, words } from "./web/words.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  root: path("web"),
  plugins: [fillWords(), preloadPage(), emoji()],
  resolve: {
    alias: [
      { find: "react", replacement: "preact/compat" },
      { find: "react-dom", replacement: "preact/compat" },
      // Socket.IO's own transports and parser are not used.
      {
        find: /^(\.\/transports\/(index|polling-xhr(\.node)?)\.js|socket\.io-parser)$/,
        replacement: path("web/socket-io-parts.ts"),
      },
    ],
  },
  build: {
    target: "es2022",
    modulePreload: false,
    // All styles in one request, also those of the chunks.
    cssCodeSplit: false,
    // Inlined assets would be data: URLs, which the page's policy refuses.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Two scripts until something is opened: what the page shares with dialogs goes to the page.
          groups: [{ name: partOfPage, debugName: "page", includeDependenciesRecursively: false }],
        },
      },
      onLog(level, log, handle) {
        // "use client" has no meaning here.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handle(level, log);
      },
    },
  },
});

/** The chunk of modules that the page needs and the first script does not. */
function partOfPage(id: string, graph: Graph): "page" | undefined {
  const [first, page] = [path("web/main.tsx"), path("web/ChatPage.tsx")];
  return needs(page, graph).has(id) && !needs(first, graph).has(id) ? "page" : undefined;
}

interface Graph {
  getModuleInfo(id: string): { importedIds: readonly string[] } | null;
}

/** A module and all that it imports statically. */
function needs(module: string, graph: Graph): ReadonlySet<string> {
  const found = new Set([module]);
  for (const one of found) {
    for (const imported of graph.getModuleInfo(one)?.importedIds ?? []) found.add(imported);
  }
  return found;
}

/** Puts the words into index.html, which shows them before any script has loaded. */
function fillWords(): Plugin {
  const { description, needsScript } = words.page;
  const { name, start } = words.join;
  const said = { language, description, needsScript, name, start };
  return {
    name: "fill-words",
    transformIndexHtml: (html) =>
      Object.entries(said).reduce((text, [key, word]) => text.replace(`{{${key}}}`, word), html),
  };
}

/** A returning person needs both scripts at once, so the document preloads the second one. */
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

/** The names of all emoji, which load when somebody looks for one. */
function emoji(): Plugin {
  const id = "virtual:emoji";
  return {
    name: "emoji",
    resolveId: { filter: { id: /^virtual:emoji$/ }, handler: () => `\0${id}` },
    load: {
      filter: { id: /^\0virtual:emoji$/ },
      handler: () => `export default JSON.parse(${JSON.stringify(JSON.stringify(cutEmoji()))})`,
    },
  };
}
