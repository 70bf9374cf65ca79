import { stopWithProcess } from "../../local/src/run.ts";
import { startEcho } from "./start.ts";
import { SUITE_TIMERS } from "./timers.ts";

// For Socket.IO's own test suites, which are started by hand: CONTRIBUTING.md tells how.

const echo = await startEcho(Number(process.env.PORT ?? 3000), SUITE_TIMERS);
console.log(`The echo app is ready at ${echo.url}/socket.io/ and ${echo.url}/engine.io/`);
stopWithProcess(() => echo.stop());
