/** Stands for Engine.IO's own transports (vite.config.ts): this page brings the one it uses. */
export const transports = {};
