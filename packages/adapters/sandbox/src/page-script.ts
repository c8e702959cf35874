/**
 * The script of the page. It puts text of the sandbox in as text only, never as HTML. Cards of messages are kept
 * and updated in place, so that a poll takes neither the focus nor a selection away, and costs what has changed.
 */
export const pageScript = `
"use strict";
const pollMs = 1000, shownUsers = 50, cardsPerFrame = 50;
const lifecycles = {
  50: "Registered", 150: "Pending verification", 200: "Active", 300: "Deactivated", 350: "Closed", 400: "Blocked",
};
const states = {
  current: "valid", superseded: "superseded", used: "used", expired: "expired",
  exhausted: "too many wrong codes", void: "no longer needed",
};
const faults = [
  ["dropBefore", "Connection reset, not processed"],
  ["dropAfter", "Response dropped, processed"],
  ["delay", "Answer 5 s late", { ms: 5000, when: "after" }],
  ["duplicate", "Processed twice"],
  ["status5xx", "Answer 500"],
  ["unauthorized", "Answer 401"],
  ["throttled", "Answer 429"],
  ["notRouted", "Answer 404 of a gateway"],
  ["falseSuccess", "200 with an error inside"],
  ["cutBody", "Body cut in half"],
  ["htmlBody", "A page of HTML instead"],
  ["wrongContentType", "Wrong content type"],
  ["redirect", "Redirect to another site"],
  ["hugeBody", "Body of 2 MiB"],
];
const byId = (id) => document.getElementById(id);
const make = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const time = (ms) => clock.format(ms);
const cards = new Map();
const seen = {};

function pill(text, tone) {
  const made = make("span", "pill", text);
  if (tone) made.dataset.tone = tone;
  return made;
}

function copyButton(code) {
  const button = make("button", "", "Copy");
  button.type = "button";
  button.setAttribute("aria-label", "Copy code " + code);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Can't copy";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  return button;
}

function card(message, isNews) {
  const item = make("li", isNews ? "fresh" : "");
  const head = make("div", "row");
  const state = pill("");
  head.append(
    pill(message.channel === "email" ? "E-mail" : "SMS"),
    make("span", "to", message.to),
    make("span", "soft", "user " + message.userId),
    make("span", "soft last", time(message.sentAt)),
  );
  const middle = make("div", "row");
  middle.append(make("span", "code", message.code), copyButton(message.code), state);
  item.append(head, middle, make("p", "text", message.text));
  item.message = message;
  item.words = [message.to, "user " + message.userId, message.code].join(" ").toLowerCase();
  item.showState = (now) => {
    if (item.dataset.state === now) return;
    item.dataset.state = now;
    state.textContent = now === "current" ? "valid until " + time(message.expiresAt) : states[now] || now;
    state.dataset.tone = now === "current" || now === "used" ? "good" : now === "superseded" || now === "void" ? "" : "warn";
  };
  return item;
}

/** Shows the cards that match the search and the filters. */
function filter() {
  const words = byId("search").value.toLowerCase().split(/\\s+/).filter((word) => word !== "");
  const channel = byId("channel").value;
  const validOnly = byId("valid").checked;
  let shown = 0;
  for (const item of cards.values()) {
    const fits = (channel === "" || item.message.channel === channel)
      && (!validOnly || item.dataset.state === "current")
      && words.every((word) => item.words.includes(word));
    if (item.hidden === fits) item.hidden = !fits;
    if (fits) shown += 1;
  }
  byId("message-count").textContent = shown === cards.size ? String(shown) : shown + " of " + cards.size;
  byId("no-messages").hidden = cards.size > 0;
  byId("no-match").hidden = cards.size === 0 || shown > 0;
}

let lists = 0;
function showMessages(messages) {
  const list = lists += 1;
  const isNews = seen.messages !== undefined;
  const known = new Set(messages.map((message) => message.sequence));
  for (const [sequence, item] of cards) {
    if (known.has(sequence)) continue;
    item.remove();
    cards.delete(sequence);
  }
  for (const message of messages) cards.get(message.sequence)?.showState(message.state);
  const missing = messages.filter((message) => !cards.has(message.sequence));
  if (isNews && missing.length > 0) byId("spoken").textContent = "New message to " + missing.at(-1).to;
  // A thousand cards at once, each with its animation, would hold the page up.
  const isFew = missing.length <= cardsPerFrame;
  const addSome = () => {
    if (list !== lists) return;
    const fresh = document.createDocumentFragment();
    for (const message of missing.splice(0, cardsPerFrame)) {
      const item = card(message, isNews && isFew);
      item.showState(message.state);
      cards.set(message.sequence, item);
      fresh.prepend(item);
    }
    byId("messages").prepend(fresh);
    filter();
    if (missing.length > 0) requestAnimationFrame(addSome);
  };
  addSome();
}

function codeText({ code, nextSendAt, throttledUntil }) {
  if (code === null) return "no code sent";
  const parts = ["code " + code.generation + ": "
    + (code.state === "current" ? "valid until " + time(code.expiresAt) : states[code.state] || code.state)];
  if (code.wrongGuesses > 0) parts.push(code.wrongGuesses + " wrong");
  if (nextSendAt !== null) parts.push("next send " + time(nextSendAt));
  if (throttledUntil !== null) parts.push("throttled until " + time(throttledUntil));
  return parts.join(", ");
}

function contact(value, verified, channel, nothing) {
  const line = make("div", "contact");
  line.append(make("span", value === null ? "soft" : "", value === null ? nothing : value));
  if (verified) line.append(pill("verified", "good"));
  else if (value !== null) line.append(pill("not verified"));
  if (channel.code === null) return [line];
  return [line, make("p", "soft state", codeText(channel))];
}

function userCard(user) {
  const item = make("li");
  const head = make("div", "row");
  const name = lifecycles[user.lifecycle] || String(user.lifecycle);
  head.append(make("strong", "", "User " + user.id), pill(name, user.lifecycle >= 300 ? "warn" : ""));
  item.append(
    head,
    ...contact(user.email, user.isEmailVerified, user.channels.email, "no e-mail address"),
    ...contact(user.phone, user.isPhoneVerified, user.channels.phone, "no phone number"),
  );
  return item;
}

function showUsers(users, total) {
  byId("users").replaceChildren(...users.toReversed().map(userCard));
  byId("no-users").hidden = users.length > 0;
  byId("user-count").textContent = String(total);
  byId("more-users").hidden = total <= users.length;
  byId("more-users").textContent = "and " + (total - users.length) + " more; search for them";
}

const switches = new Map(faults.map(([kind, label, more = {}]) => {
  const item = make("li", "fault");
  const button = make("button", "switch");
  button.type = "button";
  button.setAttribute("role", "switch");
  button.setAttribute("aria-checked", "false");
  const rules = make("span", "soft");
  button.append(make("span", "", label));
  item.append(button, rules);
  button.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-checked") === "true";
    const rule = { operation: byId("operation").value, fault: { kind, ...more } };
    void send(isOn ? "DELETE" : "POST", "/_sandbox/faults" + (isOn ? "?kind=" + kind : ""),
      isOn ? undefined : { ...rule, times: byId("times").value === "always" ? "always" : 1 });
  });
  byId("faults").append(item);
  return [kind, { button, rules }];
}));

function showFaults(active) {
  for (const [kind, { button, rules }] of switches) {
    const own = active.filter(({ fault }) => fault.kind === kind);
    button.setAttribute("aria-checked", String(own.length > 0));
    rules.textContent = own
      .map(({ operation, left, probability }) => (operation === "*" ? "every call" : operation)
        + (probability === undefined ? "" : ", " + Math.round(probability * 100) + " %")
        + (left === "always" ? "" : ", " + left + " more"))
      .join("; ");
  }
  byId("fault-count").textContent = String(active.length);
}

function showConnection(state, text) {
  const line = byId("connection");
  if (line.dataset.state === state) return;
  line.dataset.state = state;
  line.textContent = text;
}

async function read(path) {
  const response = await fetch(path, { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return { text: await response.text(), total: response.headers.get("x-total-count") };
}

async function send(method, path, body) {
  try {
    await fetch(path, {
      method,
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  } catch {
    // The next poll says that the sandbox is gone.
  }
  await refresh();
}

/** Shows a part of the page where it has changed. */
function update(name, { text, total }, show) {
  if (seen[name] === text + total) return;
  show(JSON.parse(text), Number(total));
  seen[name] = text + total;
}

let timer = 0;
let newest = 0;
async function refresh() {
  clearTimeout(timer);
  const turn = newest += 1;
  const search = encodeURIComponent(byId("user-search").value);
  try {
    const [messages, users, active] = await Promise.all([
      read("/_sandbox/outbox"),
      read("/_sandbox/users?limit=" + shownUsers + "&search=" + search),
      read("/_sandbox/faults"),
    ]);
    if (turn !== newest) return;
    update("messages", messages, showMessages);
    update("users", users, showUsers);
    update("faults", active, showFaults);
    showConnection("live", "Live");
  } catch {
    if (turn !== newest) return;
    showConnection("lost", "Not reachable, trying again");
  }
  // A hidden page needs no news.
  if (!document.hidden) timer = setTimeout(refresh, pollMs);
}

for (const id of ["search", "channel", "valid"]) byId(id).addEventListener("input", filter);
byId("user-search").addEventListener("input", () => void refresh());
byId("clear").addEventListener("click", () => void send("DELETE", "/_sandbox/outbox"));
byId("no-faults").addEventListener("click", () => void send("DELETE", "/_sandbox/faults"));
document.addEventListener("visibilitychange", () => { if (!document.hidden) void refresh(); });
void refresh();
`;
