import { asker, check, settle, type CodeSourceWorld } from "./code-source-world.js";

/** One thing that every `CodeSource` does. */
export interface CodeSourceContractCase {
  readonly name: string;
  /** Rejects with an Error that says what is broken. Needs its own world, and doesn't close it. */
  readonly run: (world: CodeSourceWorld) => Promise<void>;
}

/**
 * The contract of every source of codes. Without a test framework:
 * `for (const { name, run } of codeSourceContract) test(name, async () => run(await makeWorld()))`.
 */
export const codeSourceContract: readonly CodeSourceContractCase[] = [
  {
    name: "gives the code that comes after it was asked",
    run: async (world) => {
      const asked = asker(world)(world.users[0]);
      await settle();
      check("answered early", asked.isOpen(), true);
      await world.deliver({ user: world.users[0], code: "111111", at: world.now() });
      check("the answer", await asked.answer(), "111111");
    },
  },
  {
    name: "gives the code that was there before it was asked",
    run: async (world) => {
      await world.deliver({ user: world.users[0], code: "012345", at: world.now() });
      check("the answer", await asker(world)(world.users[0]).answer(), "012345");
    },
  },
  {
    name: "gives each of two users who wait at once their own code, in whichever order the codes come",
    run: async (world) => {
      const [one, other] = world.users;
      const ask = asker(world);
      const [forOne, forOther] = [ask(one), ask(other)];
      await world.deliver({ user: other, code: "222222", at: world.now() });
      await world.deliver({ user: one, code: "111111", at: world.now() });
      check("the first user's", await forOne.answer(), "111111");
      check("the second user's", await forOther.answer(), "222222");
    },
  },
  {
    name: "keeps the code of a user who doesn't wait, for that user only",
    run: async (world) => {
      const [one, other] = world.users;
      const ask = asker(world);
      const forOne = ask(one);
      await world.deliver({ user: other, code: "222222", at: world.now() });
      await world.deliver({ user: one, code: "111111", at: world.now() });
      check("the user's who waits", await forOne.answer(), "111111");
      check("the other's", await ask(other).answer(), "222222");
    },
  },
  {
    name: "gives no code that is older than the newest send, whether it is there already or comes late",
    run: async (world) => {
      const [user] = world.users;
      const asksOfNow = { notBefore: world.now() - 30_000 };
      await world.deliver({ user, code: "111111", at: world.now() - 120_000 });
      const asked = asker(world)(user, asksOfNow);
      await settle();
      check("answered with what is stale", asked.isOpen(), true);
      await world.deliver({ user, code: "222222", at: world.now() - 60_000 });
      await world.deliver({ user, code: "333333", at: world.now() });
      check("the answer", await asked.answer(), "333333");
    },
  },
  {
    name: "gives the newest of several codes that are there",
    run: async (world) => {
      const [user] = world.users;
      await world.deliver({ user, code: "111111", at: world.now() - 20_000 });
      await world.deliver({ user, code: "222222", at: world.now() });
      check("the answer", await asker(world)(user).answer(), "222222");
    },
  },
  {
    name: "answers the newest generation only: a question for an older one is void",
    run: async (world) => {
      const [user] = world.users;
      const ask = asker(world);
      const older = ask(user, { generation: 1 });
      await settle();
      const newer = ask(user, { generation: 2 });
      await settle();
      await world.deliver({ user, code: "222222", at: world.now() });
      check("the newer question", await newer.answer(), "222222");
      const late = ask(user, { generation: 2, refused: new Set(["222222"]) });
      await world.deliver({ user, code: "333333", at: world.now() });
      check("the newer question, again", await late.answer(), "333333");
      check("the older question is open", older.isOpen(), true);
      await older.giveUp();
    },
  },
  {
    name: "gives the same code when it is asked again, so that an answer may get lost",
    run: async (world) => {
      const [user] = world.users;
      const ask = asker(world);
      await world.deliver({ user, code: "111111", at: world.now() });
      check("the answer", await ask(user).answer(), "111111");
      check("the answer, again", await ask(user).answer(), "111111");
    },
  },
  {
    name: "gives a code that was tried never again, however often it is delivered",
    run: async (world) => {
      const [user] = world.users;
      const ask = asker(world);
      await world.deliver({ user, code: "111111", at: world.now() });
      check("the first", await ask(user).answer(), "111111");
      const again = ask(user, { refused: new Set(["111111"]) });
      await world.deliver({ user, code: "111111", at: world.now() });
      await world.deliver({ user, code: "111111", at: world.now() });
      await settle();
      check("answered with the duplicate", again.isOpen(), true);
      await world.deliver({ user, code: "222222", at: world.now() });
      check("the next", await again.answer(), "222222");
    },
  },
  {
    name: "lets go of everything when it is interrupted",
    run: async (world) => {
      const ask = asker(world);
      const asked = world.users.map((user) => ask(user));
      await settle();
      for (const { giveUp } of asked) await giveUp();
      await settle();
      check("what it holds", world.held(), world.heldWhileIdle);
    },
  },
  {
    name: "continues for the others when one is interrupted, and for that one when it asks again",
    run: async (world) => {
      const [one, other] = world.users;
      const ask = asker(world);
      const [given, kept] = [ask(one), ask(other)];
      await settle();
      await given.giveUp();
      await world.deliver({ user: other, code: "222222", at: world.now() });
      check("the one that still waits", await kept.answer(), "222222");
      await world.deliver({ user: one, code: "111111", at: world.now() });
      check("the one that asks again", await ask(one).answer(), "111111");
    },
  },
  {
    name: "says why no code can come any more, to all who wait and to who asks later, and names no contact",
    run: async (world) => {
      const ask = asker(world);
      const asked = world.users.map((user) => ask(user));
      await settle();
      await world.end();
      const failures = [
        ...(await Promise.all(asked.map(({ failure }) => failure()))),
        await ask(world.users[0]).failure(),
      ];
      for (const failure of failures) {
        const told = `${failure.message} ${JSON.stringify(failure)} ${failure.stack ?? ""}`;
        for (const { destination } of world.users)
          check("names a contact", told.includes(destination), false);
      }
      check("reasons", new Set(failures.map(({ reason }) => reason)).size, 1);
    },
  },
  {
    name: "holds nothing when it is closed",
    run: async (world) => {
      const asked = asker(world)(world.users[0]);
      await settle();
      await asked.giveUp();
      await world.close();
      await settle();
      check("what it holds", world.held(), 0);
    },
  },
];
