import { defineVerifyContact } from "@veristep/element";
import { render } from "solid-js/web";

defineVerifyContact();
render(() => <verify-contact gateway="/verification" />, document.getElementById("root"));
