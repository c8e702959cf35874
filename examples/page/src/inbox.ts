import type { StandIn } from "./stand-in.js";

/** Shows the messages as they arrive, the newest first. */
export function showInbox(place: Element, { inbox, subscribe }: StandIn): void {
  const show = () => {
    const items = inbox()
      .map(({ channel, to, code }) => {
        const item = document.createElement("li");
        item.dataset["channel"] = channel;
        const digits = document.createElement("strong");
        digits.textContent = code;
        item.append(`${channel === "email" ? "E-mail" : "SMS"} to ${to}`, digits);
        return item;
      })
      .toReversed();
    place.replaceChildren(...items);
  };
  subscribe(show);
  show();
}
