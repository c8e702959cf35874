import { createFakeApi } from "@veristep/core/testing";

export const { api, service } = createFakeApi();
export const user = { id: 7, email: "person@example.com" };
