export { showInbox } from "./inbox.js";
export { createStandIn, type StandIn } from "./stand-in.js";
export { createWizard, type FieldAttributes, type Store, type Wizard, type WizardState } from "./wizard.js";
