import { verify } from "./verify.mjs";

console.log(await verify(process.env));
