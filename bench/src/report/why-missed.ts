/** Why the targets of a measurement are missed, as its profile tells. */
export const whyMissed: Readonly<Record<string, string>> = {
  sizes:
    "The chart and its rules take 9 kB of it, the host 5.5, the HTTP adapter 4.3, the engine 4, finding a code in a pasted " +
    "message 2.9, neverthrow 2.3 and the messages 2.3. Bulgarian texts, XState and the check of charts are not in it. A page " +
    "behind a gateway loads `@veristep/gateway/client` in place of the HTTP adapter: 1.2 kB by itself, and not 5.1. Two parts could be loaded later: " +
    "the record with its keeper where no store is given (about 1.6 kB), and the search for a code in pasted text.",
  headless:
    "By the profile, Node's sockets, timers and signals take 38 % of core's time, undici 17 %, the engine with the host " +
    "and the rules 30 %, and the HTTP adapter 10 %. The runner adds Effect, with 9 %. These times are from before `pooledFetch` " +
    "called undici's `dispatch`; the allocations below are from after it.",
  allocations:
    "The bare loop takes 65 kB of it. By the profile, 41 % is allocated by the core: contexts of steps, the view after each " +
    "of them, and promises of calls; 18 % by the HTTP adapter, mostly its bounded, abortable calls; 23 % by Node, of this an " +
    "abort signal for each call. The runner's share is Effect: each wait for a code is a race of three fibers.",
  flow:
    "By its profile, a start spends 64 % in Node, which it asks for a random flow id and an abort signal; the bare actor has neither. " +
    "A wrong code spends 81 % in the core: in its rules, and in the view after each step. The chart alone runs in XState's own actor, " +
    "so its time for an event is XState's.",
  memory:
    "A live flow is a context with its policy and facts, twelve commands that can be destructured, the actor and its wait. Which of " +
    "these takes how much has not been measured, nor what the size of the process is made of.",
  record:
    "A record names each contact that was sent to, and the sends of each channel. A flow from a record parses and checks it, member " +
    "by member; this has no profile yet.",
  gateway:
    "Each request passes the session, the policy and the limits; the proxy that it is compared with does none of this. It has no " +
    "profile yet.",
  simulation:
    "A simulated flow is many steps long, and after each of them every tab is looked at and every rule checked. The profile: core 29 %, " +
    "rules 16 %, the simulated world 14 %, the sandbox 10 %.",
};
