#!/usr/bin/env node
import { register } from "tsx/esm/api";

register();
const { runCommand } = await import("./command.ts");
await runCommand();
