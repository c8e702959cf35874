type Handler = (event: Event) => unknown;

/** The newest handlers of an element, by the type of their event. */
const handlers = new WeakMap<HTMLElement, Map<string, Handler>>();

function listen(element: HTMLElement, type: string, handler: Handler): void {
  const known = handlers.get(element) ?? new Map<string, Handler>();
  handlers.set(element, known);
  if (!known.has(type)) element.addEventListener(type, (event) => known.get(type)?.(event));
  known.set(type, handler);
}

/**
 * Gives an element what a getter of `connect` returns, where no framework does. What is the same already is left alone:
 * a value that is set again would move the caret. A handler takes the place of the one before.
 */
export function spread(element: HTMLElement, props: object): void {
  const entries: ReadonlyArray<readonly [string, unknown]> = Object.entries(props);
  for (const [name, value] of entries) {
    if (typeof value === "function")
      listen(element, name.slice(2), (event): unknown => Reflect.apply(value, element, [event]));
    else if (name === "value") {
      if (Reflect.get(element, name) !== value) Reflect.set(element, name, value);
    } else if (typeof value === "boolean" && !name.startsWith("aria-")) element.toggleAttribute(name, value);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
  }
}
