import { App } from "aws-cdk-lib";
import { NatterStack } from "./stack.ts";

new NatterStack(new App(), "Natter", {
  description: "Natter: chat that costs cents while nobody talks",
});
