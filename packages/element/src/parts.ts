/** Finds and changes the elements inside the shadow root, each by its part or its tag: "primary", "banner p". */
export interface Parts {
  readonly part: (name: string) => HTMLElement;
  readonly write: (name: string, text: string | null) => void;
  readonly hide: (name: string, isHidden: boolean) => void;
  /** Writes into a part, or into an element inside it, and shows the part only where there is a text. */
  readonly say: (name: string, text: string | null, inside?: string) => void;
}

export function partsOf(root: ShadowRoot): Parts {
  const part = (name: string): HTMLElement => {
    const [first = "", inside = ""] = name.split(" ");
    // The template has every part.
    return root.querySelector(`:is(${first},[part~=${first}]) ${inside}`) as HTMLElement;
  };
  const write = (name: string, text: string | null) => {
    const element = part(name);
    // A screen reader may speak a text again that is only written again.
    if (element.textContent !== (text ?? "")) element.textContent = text;
  };
  const hide = (name: string, isHidden: boolean) => {
    part(name).hidden = isHidden;
  };
  const say = (name: string, text: string | null, inside = "") => {
    write(name + inside, text);
    hide(name, !text);
  };
  return { part, write, hide, say };
}
