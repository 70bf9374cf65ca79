import { defineConfig } from "vite";

export default defineConfig({
  root: "web",
  resolve: {
    alias: {
      react: "preact/compat",
      "react-dom": "preact/compat",
    },
  },
  build: { target: "es2022" },
});
