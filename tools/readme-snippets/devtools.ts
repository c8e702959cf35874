import { createHttpApi } from "@veristep/http";

const api = createHttpApi({ baseUrl: "http://127.0.0.1:9", getToken: () => "any" });
const user = { id: 42, email: "ivan@example.com" };
const shown: object[] = [];
Object.assign(globalThis, {
  customElements: { get: () => undefined, define: () => {} },
  document: {
    createElement: () => ({ setAttribute: () => {} }),
    body: { append: (element: object) => shown.push(element) },
  },
});

// README

created.value.suspend();
if (shown.length !== 1) throw new Error("There is no panel");
console.log("one panel");
