import { testBinding } from "@veristep/binding-tests";
import { svelteBinding } from "./support/binding.js";

testBinding(svelteBinding);
