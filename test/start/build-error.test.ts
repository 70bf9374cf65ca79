import { expect, test } from "vitest";
import { BuildError } from "../../start/build-error.ts";

test.each([
  [
    "a function does not parse",
    `Bundling asset Natter/Functions/Socket/Code/Stage...
npm warn Unknown env config "x".
\u001b[33mtip: name the group\u001b[39m
✘ [ERROR] Expected identifier but found "="

    functions/socket.ts:20:6:
      20 │ const = 1;
         ╵       ^

node:internal/modules/run_main:123
    triggerUncaughtException(
    ^

[«FailedToBundleAsset» Failed to bundle asset Natter/Functions/Socket/Code/Stage
    (no user code in 10 frames)
Node.js v20.20.2`,
    `✘ [ERROR] Expected identifier but found "="

    functions/socket.ts:20:6:
      20 │ const = 1;
         ╵       ^`,
  ],
  [
    "the page does not parse",
    `Bundling asset Natter/Site/Files/Asset1/Stage...
\u001b[31m✗\u001b[39m Build failed in 54ms
\u001b[31merror during build:
\u001b[31mBuild failed with 1 error:

\u001b[31m[builtin:vite-transform] \u001b[0mUnexpected token
    \u001b[38;5;246m╭─[\u001b[0m web/main.tsx:64:7 \u001b[38;5;246m]\u001b[0m
    │
 64 │ const = 1;
    │       ┬
    │       ╰──
────╯

    at aggregateBindingErrorsIntoJsError (file:///x/node_modules/rolldown/dist/x.mjs:50:18)
    at unwrapBindingResult (file:///x/node_modules/rolldown/dist/x.mjs:20:128) {
  errors: [Getter/Setter]
}
node:internal/modules/run_main:123`,
    `[builtin:vite-transform] Unexpected token
    ╭─[ web/main.tsx:64:7 ]
    │
 64 │ const = 1;
    │       ┬
    │       ╰──
────╯`,
  ],
  [
    "the CDK app does not parse",
    `node:internal/modules/run_main:123
    triggerUncaughtException(
    ^
Error [TransformError]: Transform failed with 1 error:
/x/infra/stack.ts:27:6: ERROR: Expected identifier but found "="
    at failureErrorWithLog (/x/node_modules/esbuild/lib/main.js:1752:15)

Node.js v20.20.2`,
    '/x/infra/stack.ts:27:6: ERROR: Expected identifier but found "="',
  ],
  [
    "a key of -c is wrong",
    "Bundling asset Natter/Socket/Code/Stage...\n-c nothing=… is not known. The keys are origins, guests\n",
    "-c nothing=… is not known. The keys are origins, guests",
  ],
  [
    "the CDK app throws",
    `/x/infra/stack.ts:27
throw new Error("no such thing");
      ^

Error: no such thing
    at <anonymous> (/x/infra/stack.ts:27:7)
    at ModuleJob.run (node:internal/modules/esm/module_job:325:25)

Node.js v20.20.2`,
    `/x/infra/stack.ts:27
throw new Error("no such thing");

Error: no such thing
    at <anonymous> (/x/infra/stack.ts:27:7)`,
  ],
])("where %s, only the place and the reason are shown", (_, output, message) => {
  expect(new BuildError(output).message).toBe(message);
});
