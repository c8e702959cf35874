import { VerifyContacts } from "./verify-contacts";

export default VerifyContacts;
