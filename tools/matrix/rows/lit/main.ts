import { defineVerifyContact } from "@veristep/element";
import { html, LitElement } from "lit";

defineVerifyContact();

class AccountPage extends LitElement {
  override render() {
    return html`<verify-contact gateway="/verification"></verify-contact>`;
  }
}

customElements.define("account-page", AccountPage);
