import { verify } from "./verify.mjs";

export default {
  fetch: async (request, env) => Response.json(await verify(env)),
};
