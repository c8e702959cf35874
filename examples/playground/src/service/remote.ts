import { createHttpApi } from "@veristep/http";
import { createCell } from "../store.js";
import type { SettingsCell } from "../settings.js";
import { operationOf } from "./operation-of.js";
import { addFault, mintToken, readInbox, readUsers, type KnownPerson, type Service } from "./service.js";

const email = "maria@example.com";

/**
 * A sandbox that runs elsewhere on this machine: `veristep sandbox`, or `serveSandbox`.
 *
 * @throws if there is none, or the address makes no sense.
 */
export async function openRemoteService(baseUrl: string, settings: SettingsCell): Promise<Service> {
  const person = createCell<KnownPerson | null>(null);
  const service: Service = {
    kind: "remote",
    baseUrl,
    person,
    request: async (url, init, fault) => {
      const operation = operationOf(init.method ?? "GET", url);
      if (fault !== null && operation !== null) await addFault(service, operation, fault);
      return fetch(url, init);
    },
    // There is no route for it, so it is done as another device would.
    verifyElsewhere: async (known, channel) => {
      const code =
        (await readInbox(service, known)).findLast((message) => message.channel === channel)?.code ?? "";
      const call = { userId: known.id, code, idempotencyKey: "", signal: new AbortController().signal };
      await (channel === "email"
        ? api.confirmEmail({ ...call, email: null })
        : api.confirmPhone({ ...call, phone: null }));
    },
    block: null,
    restart: () => {
      // A sandbox that is gone meanwhile: the flow itself will say so.
      register().catch(() => {});
    },
    setPace: null,
    close: stop,
  };
  const api = createHttpApi({ baseUrl, getToken: () => mintToken(service) });

  const register = async () => {
    const emailCodeSentAt = Date.now();
    const registered = await api.register({ merchantId: 1, email });
    if (registered.isErr()) throw new Error(registered.error.kind);
    const { id } = registered.value;
    person.set({ id, email, emailCodeSentAt });
    settings.change({ remoteUserId: id });
  };
  const find = async (id: number | null) => {
    if (id === null || id === person.get()?.id) return;
    const found = (await readUsers(service)).find((user) => user.id === id);
    if (typeof found?.email === "string") person.set({ id, email: found.email });
  };

  await find(settings.get().remoteUserId);
  if (person.get() === null) await register();
  // Another tab may begin anew.
  const unsubscribe = settings.subscribe(() => {
    void find(settings.get().remoteUserId);
  });
  function stop() {
    unsubscribe();
  }
  return service;
}
