import { testBinding } from "@veristep/binding-tests";
import { solidBinding } from "./support/binding.js";

testBinding(solidBinding);
