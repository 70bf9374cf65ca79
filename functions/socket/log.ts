import { Logger } from "@aws-lambda-powertools/logger";

/** Structured logs. Texts, names and tokens stay out of them. */
export const log = new Logger({ serviceName: "natter" });
