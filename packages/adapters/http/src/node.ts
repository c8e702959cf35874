import { httpApiOf, type HttpApi } from "./create-http-api.js";
import { wasNeverSent } from "./never-sent.js";
import type { HttpApiOptions } from "./options.js";

/* What Node loads in place of index.ts: its errors say more than a browser's. */

export type * from "./index.js";

/** See index.ts. Here a refused connection, an unknown host or a bad certificate is `unreachable`, too. */
export const createHttpApi = (options: HttpApiOptions): HttpApi => httpApiOf(options, wasNeverSent);
