/** Replaces Engine.IO's transports (see vite.config.ts). The page uses protocol/client/transport.ts. */
export const transports = {};
export const XHR = undefined;
