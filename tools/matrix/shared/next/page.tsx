import { VerifyContacts } from "./verify-contacts";

export default function Page() {
  return <VerifyContacts />;
}
