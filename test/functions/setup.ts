import { startManagementApi } from "./management-api.ts";

/** The environment variables of a function besides the tables. */

const origin = await startManagementApi();

Object.assign(process.env, {
  CALLBACK_URL: `${origin}/ws`,
  AWS_ENDPOINT_URL_LAMBDA: origin,
  AWS_ENDPOINT_URL_DYNAMODB: origin,
  DELIVER_FUNCTION: "deliver",
  ORIGIN_KEY: "the key",
  OPEN_FUNCTION: "open",
  SWEEP_FUNCTION: "sweep",
  FILES_URL: "https://files.test",
  FILES_BUCKET_URL: origin,
  MAX_FILE_MB: "25",
  ALLOWED_ORIGINS: "https://chat.test,http://localhost:3000,http://dev.test:*",
  SIGN_IN: JSON.stringify({ guests: true, lobby: true, sessionDays: 30 }),
  POWERTOOLS_LOG_LEVEL: "SILENT",
});
