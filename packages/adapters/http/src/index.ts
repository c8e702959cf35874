export type { GetToken, TokenRequest } from "./access-token.js";
export { createHttpApi, type HttpApi, type Registration } from "./create-http-api.js";
export type { Fetch, HttpApiOptions } from "./options.js";
