import { vi } from "vitest";

/**
 * The files of a project run in the same processes. What one has loaded or replaced there is not what
 * the next one finds.
 */
vi.resetModules();
vi.restoreAllMocks();
vi.unstubAllEnvs();
vi.unstubAllGlobals();
vi.useRealTimers();
