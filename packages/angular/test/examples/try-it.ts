export { api, user } from "../../../../examples/recipes/src/try-it.js";
