import type { Texts } from "./texts.js";

export const english: Texts = {
  intro: "A user verifies an e-mail address and a phone number. Break things, and watch.",
  languages: { en: "English", bg: "Български" },
  language: "Language",
  theme: "Colours",
  themes: { auto: "Auto", light: "Light", dark: "Dark" },
  startOver: "Start over",
  secondTab: "Open a second tab",

  thePerson: "The user’s screen",
  signIn: "Sign in again",
  offlineSign: "No network",

  whatArrives: "Inbox",
  mailbox: "Mailbox",
  messages: "Text messages",
  noMail: "No mail yet.",
  noMessages: "No messages yet.",
  mailText: "Your code to verify this address",
  smsText: "Your code to verify this number",
  typeIn: "Use this code",
  codeStates: {
    current: "valid",
    superseded: "replaced",
    used: "used",
    expired: "expired",
    exhausted: "blocked",
    void: "not needed",
  },

  whatGoesWrong: "Break things",
  faults: {
    loseAnswer: { text: "Drop the response", hint: "the request succeeds" },
    serverError: { text: "Service error", hint: "with error 503" },
    slow: { text: "Slow response", hint: "after six seconds" },
    blockPosts: { text: "Block POSTs", hint: "the network answers 403" },
  },
  offline: "No network",
  expireSession: "Expire the user’s session",
  expireToken: "Expire the server’s token",
  verifyElsewhere: "Verify on another device",
  block: "Block the account",
  clock: "The device’s clock",
  clockBack: "1 h back",
  clockAhead: "1 h ahead",
  speed: "Speed of time",
  service: "Service",
  inPage: "In this browser",
  remote: "Running sandbox",
  remoteUrl: "Address of the sandbox",
  connect: "Connect",
  notReached: "No sandbox answers there.",

  scenes: "Stories",
  sceneHint: "Choose a story and watch what happens, or use the phone yourself and break things.",
  scene: {
    "lost-response": {
      title: "The response got lost",
      sentence:
        "The code is right, but its response never arrives: the flow reads the status and never says “wrong code”.",
    },
    "two-tabs": {
      title: "Two tabs",
      sentence:
        "The user types the code in a second tab: one code is sent for both, and this tab continues by itself.",
    },
    sleep: {
      title: "The laptop slept",
      sentence:
        "The laptop sleeps for 12 minutes: the cooldown is over at once, and the screen says that the code expired.",
    },
    "wrong-codes": {
      title: "Five wrong codes",
      sentence:
        "Each wrong code costs an attempt; after the fifth the field is locked, and a reload doesn’t open it.",
    },
    "other-device": {
      title: "Verified on another device",
      sentence:
        "The user verifies the e-mail elsewhere and comes back: this page notices, and goes to the next step.",
    },
    "blocked-posts": {
      title: "The network blocks POSTs",
      sentence:
        "A network answers in place of the service: the flow retries, says what to do, and continues once it is open.",
    },
  },
  copyLink: "Copy the link",
  secondTabTitle: "The second tab",
  code: "Code",
  codeHint: "The same story as a program: it runs in Node as it is, with the sandbox as the service.",
  copy: "Copy",
  copied: "Copied",

  serviceCalls: {
    registerUser: "Server: register a user",
    status: "Server: read the status",
    sendEmailCode: "Server: send an e-mail code",
    confirmEmail: "Server: confirm the e-mail code",
    sendPhoneCode: "Server: send an SMS code",
    resendPhoneCode: "Server: send another SMS code",
    confirmPhone: "Server: confirm the SMS code",
  },
  noAnswer: "no response",
  tokenRenewed: "The server gets a new token and repeats the call once; the page never has one (B11).",
  world: {
    loseAnswer: {
      text: "The response will be dropped",
      why: "The service acts on the request all the same (B2).",
    },
    serverError: { text: "The service will fail", why: "Its 503 doesn’t say whether it acted (B14)." },
    slow: { text: "The response will be slow", why: "One deadline covers the whole call (B20)." },
    blockPosts: {
      text: "The network blocks the request",
      why: "Its 403 page isn’t an answer of the service, so it passes like a lost connection (B22).",
    },
    offline: { text: "No network", why: "A request that wasn’t sent is safe to repeat (B14)." },
    online: { text: "The network is back", why: "The flow looks for changes (B18)." },
    sessionExpired: { text: "The user’s session has expired", why: "The next request finds out (B11)." },
    tokenExpired: {
      text: "The server’s access token has expired",
      why: "The next call gets a new one (B11).",
    },
    verifiedElsewhere: {
      text: "Verified on another device",
      why: "The page notices when it is looked at (B18).",
    },
    blocked: { text: "Support has blocked the account", why: "The status says so: the flow ends (B16)." },
    clock: { text: "The device’s clock was set", why: "No wait gets longer than a full one (B7)." },
    asleep: { text: "The laptop sleeps for 12 minutes", why: "Time passes, and no timer runs (B7)." },
    awake: {
      text: "The laptop wakes up",
      why: "Deadlines are times, so the flow knows which have passed (B7).",
    },
    unblocked: { text: "The user signs in to the network", why: "Requests reach the service again (B16)." },
  },
};
