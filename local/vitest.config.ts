import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "local",
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    expect: { poll: { timeout: 30_000 } },
  },
});
