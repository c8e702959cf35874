type Attributes = Readonly<Record<string, string | boolean>>;

/** Makes an element. Text is put in as text only, never as HTML. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: ReadonlyArray<Node | string>
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const RULES = "https://github.com/veristep/veristep/blob/main/docs/behaviour.md";

/** Writes a sentence whose end names its rules, as `(B31, B32)`: they become a link to their text. */
export function sentence(text: string): ReadonlyArray<Node | string> {
  const [, before, rules] = /^(.*?) ?\((B\d+(?:, B\d+)*)\)\.?$/s.exec(text) ?? [];
  if (before === undefined || rules === undefined) return [text];
  const link = make("a", { class: "rule", href: RULES, target: "_blank", rel: "noopener" }, rules);
  return [before.replace(/[^.]$/, "$&."), " ", link];
}
