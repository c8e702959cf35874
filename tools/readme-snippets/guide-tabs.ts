import { createFakeApi } from "@veristep/core/testing";

const { api, service } = createFakeApi();
service.verified.email = true;
service.verified.phone = true;
const user = { id: 42, email: "ivan@example.com" };

// README

const result = await verification.result;
stopWaking();
if (result.isErr()) throw new Error(result.error.kind);
