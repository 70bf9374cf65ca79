import { App } from "aws-cdk-lib";
import { KeyError } from "./context.ts";
import { NatterStack } from "./stack.ts";

try {
  new NatterStack(new App(), "Natter", {
    description: "Natter: chat that costs cents while nobody talks",
  });
} catch (error) {
  if (!(error instanceof KeyError)) throw error;
  console.error(error.message);
  process.exit(1);
}
