import { bootstrapApplication } from "@angular/platform-browser";
import { VerifyContacts } from "./verify-contacts.js";

void bootstrapApplication(VerifyContacts);
