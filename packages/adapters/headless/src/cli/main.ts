#!/usr/bin/env node
import { createOutput } from "./output.js";
import { run } from "./program.js";

process.exitCode = await run(process.argv.slice(2), createOutput());
