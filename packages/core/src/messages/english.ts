import type { MessageCatalogue } from "./message.js";

export const english: MessageCatalogue = {
  locale: "en-GB",
  messages: {
    // What is going on.
    checking: "Checking what is verified already.",
    retrying: "The service can't be reached just now. Trying again.",
    sending: "Sending a code to {destination}.",
    confirming: "Checking the code.",
    codeSent: "A code is on its way to {destination}. It was sent at {sentAt}.",
    codePerhapsSent: "A code may be on its way to {destination}. If none comes, ask for another one.",
    codeExpired: "That code has expired. Request a new one.",
    codeReplaced: "Use the code sent at {sentAt} to {destination}. Earlier codes no longer work.",
    phoneWanted: "Enter your phone number, with the country code.",
    verified: "Done. Your contact details are verified.",

    // What went wrong with a call.
    unreachable: "The service can't be reached. Check your connection and try again.",
    noAnswer: "No answer came from the service.",
    serverError: "The service has a problem. Try again in a moment.",
    protocol: "The answer didn't come from the service. If you are on a public network, sign in to it first.",
    throttled: "Too many requests. Wait until {until}, then try again.",
    unauthorized: "Your session is no longer valid. Sign in again.",
    tokenUnavailable: "Your session can't be renewed just now. Try again, or sign in again.",
    userNotFound: "This account doesn't exist any more.",
    codeRejected: "This code is wrong or has expired. Check it, or ask for a new one.",
    codeSuperseded: "A newer code was asked for meanwhile. Use the newest one.",
    codeMalformed: "The service doesn't accept this code. Check it, or ask for a new one.",
    codeSpent: "That code can't be used any more. Request a new one.",
    contactInvalid: "This isn't a valid address or number. Check it.",
    contactTaken: "This address or number belongs to another account. Use another one.",
    contactNotAllowed: "This address or number can't be used here. Use another one.",
    contactRefused: "This address or number can't be used. Use another one.",
    contactNeeded: "Enter your address or number again, so that we can check the code.",
    invalidRequest: "Something is wrong in this app. Please tell its makers.",

    // Why a command was not taken.
    notStarted: "The verification has not begun yet.",
    ended: "The verification has ended.",
    busy: "One moment, please.",
    notNow: "This isn't possible at this step.",
    noCodeSent: "We haven't sent you a code yet.",
    cooldown: "You can ask for another code at {until}.",
    lock: "Too many wrong codes. You can try again at {until}.",
    sendLimit: "No more codes can be sent now. You can ask for another one at {until}.",
    codeFormat: "A code has {digits} digits.",
    codeAlreadyRefused: "This code was refused already. Check the newest one.",
    phoneFormat: "Enter the number with the country code, like +359 88 123 4567.",
    samePhone: "This is the number that is being verified.",

    // How the flow can end.
    userState: "This account is closed or blocked. Contact support.",
    emailRefused: "The service can't send to this e-mail address. Contact support.",
    cancelled: "The verification was cancelled.",
    defect: "Something went wrong in this app. Please tell its makers.",
    suspended: "The verification was paused.",
  },
};
