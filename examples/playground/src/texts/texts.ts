import type { CodeState, Operation } from "@veristep/sandbox";
import type { WorldEvent } from "../devtools/notes.js";
import type { SceneName } from "../scenes/story.js";
import type { FaultKind, Language, Theme } from "../settings.js";

/** The page's own texts. The flow's messages are in core's catalogue. */
export interface Texts {
  readonly intro: string;
  readonly languages: Readonly<Record<Language, string>>;
  readonly language: string;
  readonly theme: string;
  readonly themes: Readonly<Record<Theme, string>>;
  readonly startOver: string;
  readonly secondTab: string;

  readonly thePerson: string;
  readonly signIn: string;
  readonly offlineSign: string;

  readonly whatArrives: string;
  readonly mailbox: string;
  readonly messages: string;
  readonly noMail: string;
  readonly noMessages: string;
  readonly mailText: string;
  readonly smsText: string;
  readonly typeIn: string;
  readonly codeStates: Readonly<Record<CodeState, string>>;

  readonly whatGoesWrong: string;
  readonly faults: Readonly<Record<FaultKind, { readonly text: string; readonly hint: string }>>;
  readonly offline: string;
  readonly expireSession: string;
  readonly expireToken: string;
  readonly verifyElsewhere: string;
  readonly block: string;
  readonly clock: string;
  readonly clockBack: string;
  readonly clockAhead: string;
  readonly speed: string;
  readonly service: string;
  readonly inPage: string;
  readonly remote: string;
  readonly remoteUrl: string;
  readonly connect: string;
  readonly notReached: string;

  readonly scenes: string;
  readonly sceneHint: string;
  readonly scene: Readonly<Record<SceneName, { readonly title: string; readonly sentence: string }>>;
  readonly copyLink: string;
  readonly secondTabTitle: string;
  readonly code: string;
  readonly codeHint: string;
  readonly copy: string;
  readonly copied: string;

  readonly serviceCalls: Readonly<Record<Operation, string>>;
  readonly noAnswer: string;
  readonly tokenRenewed: string;
  /** Events around the flow, each with its reason. */
  readonly world: Readonly<Record<WorldEvent, { readonly text: string; readonly why: string }>>;
}
