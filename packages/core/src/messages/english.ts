import type { MessageCatalogue } from "./message.js";

export const english: MessageCatalogue = {
  locale: "en-GB",
  messages: {
    // Activities.
    checking: "Checking your details…",
    retrying: "Connection problem. Retrying…",
    sending: "Sending a code to {destination}…",
    confirming: "Checking your code…",
    codeSent: {
      8: "We sent an {digits}-digit code to {destination}.",
      other: "We sent a {digits}-digit code to {destination}.",
    },
    codeSentWithLetters: "We sent a code to {destination}.",
    codePerhapsSent: "We may have sent a code to {destination}. If it doesn't arrive, request a new one.",
    codeUnconfirmed:
      "We couldn't reach the service. If no code arrives at {destination}, check your connection, turn off any ad blocker, and request a new one.",
    codeReplaced: "We sent a new code to {destination} {sentAt}. Older codes no longer work.",
    codeExpired: "That code has expired. Request a new one.",
    phoneWanted: "Enter your phone number with the country code.",
    verified: "Your e-mail and phone number are verified.",
    emailVerified: "Your e-mail is verified.",
    phoneVerified: "Your phone number is verified.",

    // Why a call failed.
    unreachable: "We couldn't connect. Check your connection, turn off any ad blocker, and try again.",
    noAnswer: "We didn't get a response. Try again.",
    serverError: "Something went wrong on our side. Try again shortly.",
    protocol: "Your network blocked the request. Sign in to the Wi-Fi, then try again.",
    throttled: "Too many requests. Try again {until}.",
    unauthorized: "Your session has expired. Sign in again.",
    tokenUnavailable: "We couldn't renew your session. Try again, or sign in again.",
    userNotFound: "We couldn't find your account. Contact support.",
    codeRejected: "That code didn't work. Check it, or request a new one.",
    codeOutdated: "That code didn't work. Use the most recent one, sent {sentAt}.",
    codeSuperseded: "That code didn't work. Use the most recent one.",
    codeMalformed: "That isn't a valid code. Check it, or request a new one.",
    codeSpent: "That code can't be used any more. Request a new one.",
    contactInvalid: "That isn't a valid address or number. Check it, and try again.",
    contactTaken: "That address or number belongs to another account. Use a different one.",
    contactNotAllowed: "That address or number can't be used here. Use a different one.",
    contactRefused: "That address or number can't be used. Use a different one.",
    contactNeeded: "Enter your address or number again, so that we can check the code.",
    invalidRequest: "Something went wrong in this app. Please contact support.",

    // Why a command was refused.
    notStarted: "Verification hasn't started yet.",
    ended: "This verification has ended.",
    busy: "One moment, please.",
    notNow: "You can't do that right now.",
    noCodeSent: "We haven't sent you a code yet.",
    cooldown: "You can request a new code {until}.",
    lock: "Too many incorrect codes. Try again {until}.",
    sendLimit: "You've requested too many codes. Try again {until}.",
    codeFormat: "Enter all {digits} digits.",
    codeFormatWithLetters: "Enter all {digits} characters.",
    codeAlreadyRefused: "You've already tried that code. Use the most recent one.",
    phoneFormat: "Enter the number with the country code, such as +359 88 123 4567.",
    samePhone: "We're already verifying this number.",

    // Why a phone number can't be used.
    notANumber: "That isn't a phone number. Check it.",
    countryMissing: "Enter the number with the country code, such as +359 88 123 4567.",
    unknownCountry: "No country has that country code. Check it.",
    tooShort: "That number is too short for {callingCode}. Check it.",
    tooLong: "That number is too long for {callingCode}. Check it.",
    notValid: "That isn't a valid number for {callingCode}. Check it, and the country code.",
    extension: "We can't send a text message to an extension. Enter the number without it.",
    unknownRange: "Is {destination} right? If it is, continue. If not, correct it.",

    // How a flow can end.
    userState: "This account is closed or blocked. Contact support.",
    emailRefused: "We can't send to this e-mail address. Contact support.",
    cancelled: "Verification was cancelled.",
    defect: "Something went wrong in this app. Please contact support.",
    suspended: "Verification is paused.",

    // How `until` and `sentAt` are written when they are not relative.
    timeToday: "at {time}",
    timeAnotherDay: "on {time}",
  },
};
