import { mutationOf } from "./stryker.js";

export default mutationOf("core", [
  "packages/core/src/**/*.ts",
  "!packages/core/src/testing/**",
  // Texts: whatever they say, the flow does the same.
  "!packages/core/src/messages/{english,bulgarian,romanian}.ts",
]);
