import { createHttpApi } from "@veristep/http";
import { operationOf } from "./operation-of.js";
import { sandboxControls, type Person, type Upstream } from "./upstream.js";

const email = "maria@example.com";

/** Where the merchant keeps the user of a sandbox. */
export interface PersonKeeper {
  readonly load: () => Promise<Person | undefined>;
  readonly save: (person: Person) => Promise<void>;
}

/**
 * A sandbox that runs elsewhere on this machine: `veristep sandbox`, or `serveSandbox`.
 *
 * @throws if no sandbox answers, or the address is invalid.
 */
export async function openRemoteSandbox(baseUrl: string, keeper: PersonKeeper): Promise<Upstream> {
  const wire = (url: string, init: RequestInit) => fetch(url, init);
  const controls = sandboxControls(baseUrl, wire);
  const api = createHttpApi({ baseUrl, getToken: controls.mintToken });

  const register = async (): Promise<Person> => {
    const emailCodeSentAt = Date.now();
    const registered = await api.register({ merchantId: 1, email });
    if (registered.isErr()) throw new Error(registered.error.kind);
    const person = { id: registered.value.id, email, emailCodeSentAt };
    await keeper.save(person);
    return person;
  };
  const kept = await keeper.load();
  const isKnown = (await controls.users()).some(({ id }) => id === kept?.id);
  let person = kept !== undefined && isKnown ? kept : await register();

  return {
    baseUrl,
    person: () => person,
    request: async (url, init, fault) => {
      const operation = operationOf(init.method ?? "GET", url);
      if (fault !== null && operation !== null) await controls.addFault(operation, fault);
      return wire(url, init);
    },
    // There is no route for it, so it is done as another device would.
    verifyElsewhere: async (channel) => {
      const inbox = await controls.inbox(person);
      const code = inbox.findLast((message) => message.channel === channel)?.code ?? "";
      const call = { userId: person.id, code, idempotencyKey: "", signal: new AbortController().signal };
      await (channel === "email"
        ? api.confirmEmail({ ...call, email: null })
        : api.confirmPhone({ ...call, phone: null }));
    },
    block: null,
    restart: async () => {
      person = await register();
    },
  };
}
