import { mutationOf } from "./stryker.js";

export default mutationOf("http", ["packages/adapters/http/src/**/*.ts"]);
