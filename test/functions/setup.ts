import { startManagementApi } from "./management-api.ts";

/** The environment variables of a function besides the tables. */

Object.assign(process.env, {
  CALLBACK_URL: await startManagementApi(),
  AWS_LAMBDA_FUNCTION_NAME: "deliver",
  DELIVER_FUNCTION: "deliver",
  ORIGIN_KEY: "the key",
  OPEN_FUNCTION: "open",
  SWEEP_FUNCTION: "sweep",
  ALLOWED_ORIGINS: "https://chat.test,http://localhost:3000,http://dev.test:*",
  POWERTOOLS_LOG_LEVEL: "SILENT",
});
