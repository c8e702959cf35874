import { verify } from "./verify.mjs";

test("a user is verified", async () => {
  expect(await verify(process.env)).toBeTruthy();
});
