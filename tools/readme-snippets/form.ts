import { createHttpApi } from "@veristep/http";

const api = createHttpApi({ baseUrl: "http://127.0.0.1:9", getToken: () => "any" });
const user = { id: 42, email: "ivan@example.com" };
const attributes: string[] = [];
const element = () => ({
  textContent: "" as string | null,
  addEventListener: (type: string) => attributes.push(type),
  getAttribute: () => null,
  setAttribute: (name: string) => attributes.push(name),
  toggleAttribute: (name: string) => attributes.push(name),
});
const [formElement, input, status, instruction, error, banner, submit] = Array.from(
  { length: 7 },
  element,
) as unknown as HTMLElement[] & Record<0 | 1 | 2 | 3 | 4 | 5 | 6, HTMLElement>; // The snippet uses no more of them.

// README

verification.suspend();
if (!attributes.includes("novalidate") || status.textContent === "") throw new Error(attributes.join());
console.log(status.textContent);
