import { testBinding } from "@veristep/binding-tests";
import { angularBinding } from "./support/binding.js";

testBinding(angularBinding);
