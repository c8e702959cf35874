import { testBinding } from "@veristep/binding-tests";
import { vueBinding } from "./support/binding.js";

testBinding(vueBinding);
