import { render } from "preact";
import { VerifyContacts } from "./verify-contacts";

const place = document.getElementById("root");
if (place) render(<VerifyContacts />, place);
