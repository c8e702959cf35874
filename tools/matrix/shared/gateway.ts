import { createGateway } from "@veristep/gateway";
import { createHttpApi } from "@veristep/http";

const { VERISTEP_URL: baseUrl = "", VERISTEP_TOKEN: token = "", VERISTEP_USER, VERISTEP_EMAIL } = process.env;

export const gateway = createGateway({
  api: createHttpApi({ baseUrl, getToken: () => token }),
  identify: () => ({ userId: Number(VERISTEP_USER), email: VERISTEP_EMAIL }),
  destinations: { countries: ["BG"] },
});
