const { createVerification } = require("@veristep/core");
const { createHttpApi } = require("@veristep/http");

if (typeof createVerification !== "function" || typeof createHttpApi !== "function")
  throw new Error("A module has no exports");
