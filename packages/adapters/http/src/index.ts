import { httpApiOf, type HttpApi } from "./create-http-api.js";
import type { HttpApiOptions } from "./options.js";

export type { GetToken, TokenRequest } from "./access-token.js";
export type { HttpApi, Registration } from "./create-http-api.js";
export type { Fetch, HttpApiOptions } from "./options.js";
export type { Cause, Trouble } from "./trouble.js";

/**
 * The 10npay contact-verification API over `fetch`, for browsers and Node.
 *
 * One call has one deadline. Only a 401 is repeated here: once, with a fresh token (B11). Failures are plain data: no code, token, address, number
 * or server text is in them, nor anything of a caught exception (B26).
 *
 * @throws TypeError or RangeError naming the option, if an option is invalid.
 */
export const createHttpApi = (options: HttpApiOptions): HttpApi => httpApiOf(options, () => false);
