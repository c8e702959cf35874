/** A way of writing that this project avoids. In `avoid`, a space stands for any white space, line breaks included. */
export interface Pattern {
  readonly avoid: readonly RegExp[];
  /** The suggestion. */
  readonly write: string;
  /** Sentences that this pattern finds; a test tries each. */
  readonly finds: readonly string[];
  /** Plain sentences that are close to it. */
  readonly leaves?: readonly string[];
}

/**
 * Each sentence that a review rewrites becomes a pattern here, general enough to find its like, and strict enough not
 * to stop a plain sentence.
 */
export const patterns: readonly Pattern[] = [
  // Name who does it.
  {
    avoid: [/\b(?:is|are|was|were|be|been|being|gets?) told\b(?! apart)/i, /\btold (?:of|once)\b/i],
    write: "name who says it: “the caller gets…”, “the message says…”, “the listener runs…”",
    finds: ["and which of them counts is told", "A failure that the user is told of."],
    leaves: ["Codes that can't be told apart.", "The service told us to wait."],
  },
  {
    avoid: [/\b(?:whoever|whomever|whosoever|whom)\b/i, /\b(?:somebody|anybody|everybody|nobody)\b/i],
    write: "name the actor: the user, the caller, the service, a tab",
    finds: ["Whoever waits for a promise first", "Nobody waits for the answer."],
    leaves: ["Anyone can read it."],
  },
  {
    avoid: [/\b(?:a|the|another|each|every|any|no|one|same|this|which) persons?\b/i],
    write: "the user",
    finds: ["What a person sees", "waits for the person"],
    leaves: ["person@example.com", "in person"],
  },
  {
    avoid: [/\b(?:he|him|his|himself|herself)\b/i],
    write: "they, the user, the service",
    finds: ["who hears it looks for himself"],
    leaves: ["this, then, she"],
  },
  {
    avoid: [/\b(?:to|can|could|can't|cannot) be had\b/i],
    write: "“could not obtain…”, “is not available”",
    finds: ["no access token that the service takes was to be had"],
    leaves: ["The page will be handed over."],
  },
  {
    avoid: [/\bwhat there (?:is|are|was|were)\b/i],
    write: "say who offers what: “Run with --help for usage”",
    finds: ["--help shows what there is"],
    leaves: ["what is there"],
  },

  // Words and constructions that a colleague wouldn't say.
  {
    avoid: [/\bthere (?:is|are|was|were) none\b/i],
    write: "“no …”, “if it has no …”, “otherwise”",
    finds: ["null where there is none"],
    leaves: ["There is no store.", "None of them answers."],
  },
  {
    avoid: [/\banew\b/i],
    write: "again, from the start",
    finds: ["The step begins anew."],
    leaves: ["a new step"],
  },
  {
    avoid: [/\b(?:go|goes|went|gone) on\b/i],
    write: "continue, keep running, resume",
    finds: ["so the flow goes on", "It goes\non after a reload."],
    leaves: ["What is going on.", "The code goes one way."],
  },
  {
    avoid: [/\bsurely\b/i],
    write: "certainly",
    finds: ["a send that surely didn't go out"],
  },
  {
    // "Meanwhile, …" at the start of a sentence is plain.
    avoid: [/(?<=[\w,;] )meanwhile\b/],
    write: "by then, in the meantime, during …",
    finds: ["a user who was blocked meanwhile", "It waits, and nothing is sent meanwhile."],
    leaves: ["Meanwhile, the other tab waits."],
  },
  {
    avoid: [/\b(?:be|is|are|was|were) taken up\b/i],
    write: "resumes, continues",
    finds: ["a flow that is taken up again"],
    leaves: ["It takes up to 17 digits."],
  },
  {
    avoid: [/\bso long\b/i, /\bso often\b/i],
    write: "“for that long”, “as long as”, “up to n times”",
    finds: ["goes on so often after", "Waits for so long."],
    leaves: ["It isn't that long."],
  },
  {
    avoid: [/\b(?:of|from|to|by) which\b(?! (?:point|moment|time|kind)\b)/i],
    write: "start a new sentence, or use “whose”, “including”",
    finds: ["a cluster of three, of which a node is killed"],
    leaves: ["Which of them answers?"],
  },
  {
    avoid: [/\b(?:there|here|where)(?:of|in|upon|by|from|with)\b/i],
    write: "“of it”, “then”, “so”",
    finds: ["and the end thereof", "whereupon the tab closes"],
    leaves: ["therefore", "there in the store"],
  },
  {
    avoid: [/\b(?:asks?|asked|waits?|waited|sent|pays?|paid) for nothing\b/i, /\bin vain\b/i],
    write: "“without effect”, “has nothing to …”, “doesn't wait”",
    finds: ["a code would be sent for nothing", "It waited in vain."],
    leaves: ["For nothing else than this adapter."],
  },
  {
    avoid: [/\bshall\b/i, /\bfor want of\b/i],
    write: "“must”, “should”; “without”, “because … is missing”",
    finds: ["where it shall not succeed", "skipped for want of a browser"],
    leaves: ["shallow"],
  },
  {
    avoid: [/\bmend(?:s|ed|ing)?\b/i],
    write: "fix",
    finds: ["Mend it, and run this again"],
    leaves: ["We recommend it."],
  },
  {
    avoid: [/\bbarred\b/i, /\b(?:what|that|which) bars\b/i, /\bbars (?:an?|it|its|the|them|any)\b/i],
    write: "blocks, prevents",
    finds: ["what a command is refused for is what bars it", "A send is barred."],
    leaves: ["Progress bars are drawn."],
  },
  {
    avoid: [/\b(?:once|done) and right\b/i],
    write: "“correctly”, “without the edge-case bugs”",
    finds: ["prove it, once and right"],
    leaves: ["once and for all"],
  },
  {
    avoid: [/\bof (?:its|their|his|our) own\b(?! accord)/i],
    write: "“its own …”, “their own …”",
    finds: ["in a process of its own"],
    leaves: ["in its own process", "of its own accord"],
  },
  {
    avoid: [/\b(?:is|are|was|were|be) (?:another|the other) \w+(?:'s|s')(?= *(?:[,.;)]|$))/i],
    write: "“belongs to another …”",
    finds: ["Another one is another tab's, and so is one that says the same"],
    leaves: ["This is another tab's record."],
  },
  {
    avoid: [/\band so (?:is|are) (?:one|those|that|what)\b/i],
    write: "“so does …”, “also …”",
    finds: ["and so is one that says the same"],
    leaves: ["and so are the others"],
  },
  {
    // A question that is used as a sentence. Only at its start: “Says what…” and “Note: what…” are plain.
    avoid: [/(?<![\w,:;“"'(–-] *)What (?!if\b)[^.?!:]{3,160}\.(?=\s|$)/],
    write: "put the verb second: “X is …”, “Returns …”, “Whether …”",
    finds: ["What a live flow is made of.", "It waits. What comes meanwhile is kept."],
    leaves: ["What is it made of?", "Says what a flow is made of."],
  },

  // One term per thing.
  {
    avoid: [/\b(?:makes?|made|making) no sense\b/i],
    write: "“is invalid”, and why",
    finds: ["One option that makes no sense"],
    leaves: ["That makes sense."],
  },
  {
    avoid: [/\btell (?:its|the|their) makers?\b/i],
    write: "contact support",
    finds: ["Please tell its makers"],
    leaves: ["Tell support."],
  },
  {
    avoid: [/\b(?:if|unless|where) (?:nothing|something|anything) else is (?:said|given)\b/i],
    write: "“by default”, “the default is …”",
    finds: ["30 s if nothing else is said"],
    leaves: ["if nothing else runs"],
  },
  {
    avoid: [/\bthe (?:most|least) that\b/i],
    write: "the maximum, the minimum",
    finds: ["the most that a browser may load"],
    leaves: ["the most of all"],
  },
  {
    avoid: [/\bworks? (?:\S+ ){0,2}off\b/i, /\bwork(?:ed|ing) (?:\S+ ){0,2}off\b/i],
    write: "processes, “where rows are processed”",
    finds: ["what works the rows off"],
    leaves: ["It works. Off it goes.", "works offline"],
  },
  {
    avoid: [
      /\bprov(?:e|es|ed|en|ing) (?:that )?(?:\S+ ){0,2}(?:contacts?|e-?mails?|phones?|numbers?|address(?:es)?)\b/i,
      /\b(?:contacts?|e-?mails?|phones?|numbers?|address(?:es)?) (?:\S+ )?(?:is|are|was|were|be|been) (?:\S+ ){0,2}proven\b/i,
    ],
    write: "verify, verified",
    finds: [
      "Prove that an e-mail address belongs to a person",
      "the number that is being proven",
      "contacts are to be proven",
    ],
    leaves: ["The property is proven by a test."],
  },
  {
    avoid: [
      /\bask(?:s|ed|ing)? for (?:another|a new|a newer|the next) (?:code|one|SMS)\b/i,
      /\b(?:is|are|was|were|be|been|being) asked for\b/i,
    ],
    write: "“request a new code”, “resend”, “is requested”",
    finds: ["Check it, or ask for a new one.", "codes that are asked for in a second"],
    leaves: ["asks the user for a code"],
  },
  {
    avoid: [/\b(?:is|are|was|were|be|been|being) waited for\b/i],
    write: "say who waits: “the flow waits for …”",
    finds: ["a send without an answer is waited for"],
    leaves: ["waits for the answer"],
  },
  {
    avoid: [/\b(?:stands?|stood|standing) still\b/i, /\b(?:falls?|fell|falling) asleep\b/i],
    write: "is suspended, was suspended",
    finds: ["after that the machine itself has stood still", "A machine that falls asleep each time"],
    leaves: ["It still stands."],
  },
  {
    avoid: [/\b(?:takes?|took|taken) (?:\S+ ){0,3}for dead\b/i],
    write: "“considers … dead”",
    finds: ["other tabs have taken this one for dead"],
    leaves: ["takes a dead tab's turn"],
  },
  {
    avoid: [/\b(?:faults?|failures?|errors?) to order\b/i],
    write: "fault injection",
    finds: ["a mailbox and faults to order"],
    leaves: ["in order to fail"],
  },
  {
    avoid: [/\b(?:an?|the) stand-?in (?:of|for) (?:the|an?) (?:\S+ ){0,2}(?:API|service)\b/i],
    write: "the sandbox, a local API simulator",
    finds: ["a stand-in of the API", "A stand-in of the 10npay contact-verification API"],
    leaves: ["stand in front of the service"],
  },
  {
    avoid: [/\b(?:is|are|was|were|be|been|still) on (?:its|their) way\b/i],
    write: "“in flight”, “being sent”, “We sent …”",
    finds: ["A code is on its way to you."],
    leaves: ["It is on the way home."],
  },

  // What users read.
  {
    avoid: [/\bnever left the device\b/i],
    write: "not sent",
    finds: ["It never left the device."],
  },
  {
    avoid: [/\btries left\b/i],
    write: "attempts left",
    finds: ["2 tries left"],
  },
  {
    avoid: [/\bthat you were sent\b/i],
    write: "we sent you",
    finds: ["Enter the 6-digit code that you were sent."],
  },
  {
    avoid: [/\b(?:can't|cannot) be reached just now\b/i, /\brenewed just now\b/i],
    write: "right now, “Connection problem. Retrying…”",
    finds: ["Can't be reached just now."],
  },
  {
    avoid: [/\bthis isn't possible at this step\b/i],
    write: "“You can't do that right now.”",
    finds: ["This isn't possible at this step."],
  },
  {
    avoid: [/\bwrong or has expired\b/i, /\brefused already\b/i],
    write: "“That code didn't work.”, “You've already tried that code.”",
    finds: ["This code is wrong or has expired.", "This code was refused already."],
  },
];
