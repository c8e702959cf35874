import { testBinding } from "@veristep/binding-tests";
import { reactBinding } from "./support/binding.js";

testBinding(reactBinding);
