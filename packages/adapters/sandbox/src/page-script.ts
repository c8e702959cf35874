/**
 * The script of the page. What comes from the sandbox is put in as text only, never as HTML. Cards are kept
 * and updated in place, so that a poll takes neither the focus nor a selection away.
 */
export const pageScript = `
"use strict";
const pollMs = 1000, shownMessages = 100, shownUsers = 50;
const lifecycles = {
  50: "Registered", 150: "Pending verification", 200: "Active", 300: "Deactivated", 350: "Closed", 400: "Blocked",
};
const states = {
  current: "valid", superseded: "superseded", used: "used", expired: "expired",
  exhausted: "too many wrong codes", void: "no longer needed",
};
const byId = (id) => document.getElementById(id);
const make = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};
const time = (ms) => new Date(ms).toLocaleTimeString();
const cards = new Map();
let last = null;

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

function card(message) {
  const item = make("li", last === null ? "" : "fresh");
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
  item.showState = (now) => {
    item.dataset.state = now;
    state.textContent = now === "current" ? "valid until " + time(message.expiresAt) : states[now] || now;
    state.dataset.tone = now === "current" || now === "used" ? "good" : now === "superseded" || now === "void" ? "" : "warn";
  };
  return item;
}

function contact(value, verified, nothing) {
  const line = make("div", "contact");
  line.append(
    make("span", value === null ? "soft" : "", value === null ? nothing : value),
  );
  if (verified) line.append(pill("verified", "good"));
  else if (value !== null) line.append(pill("not verified"));
  return line;
}

function userCard(user) {
  const item = make("li");
  const head = make("div", "row");
  const name = lifecycles[user.lifecycle] || String(user.lifecycle);
  head.append(make("strong", "", "User " + user.id), pill(name, user.lifecycle >= 300 ? "warn" : ""));
  item.append(
    head,
    contact(user.email, user.isEmailVerified, "no e-mail address"),
    contact(user.phone, user.isPhoneVerified, "no phone number"),
  );
  return item;
}

function showMore(id, hidden) {
  byId(id).hidden = hidden <= 0;
  byId(id).textContent = "and " + hidden + " more";
}

function showMessages(messages) {
  const shown = messages.slice(-shownMessages);
  const list = byId("messages");
  const known = new Set(shown.map((message) => message.sequence));
  for (const [sequence, item] of cards) {
    if (known.has(sequence)) continue;
    item.remove();
    cards.delete(sequence);
  }
  for (const message of shown) {
    let item = cards.get(message.sequence);
    if (item === undefined) {
      item = card(message);
      cards.set(message.sequence, item);
      list.prepend(item);
      if (last !== null) byId("spoken").textContent = "New message to " + message.to;
    }
    item.showState(message.state);
  }
  byId("no-messages").hidden = messages.length > 0;
  byId("message-count").textContent = String(messages.length);
  showMore("more-messages", messages.length - shown.length);
}

function showUsers(users) {
  const shown = users.slice(-shownUsers).reverse();
  byId("users").replaceChildren(...shown.map(userCard));
  byId("no-users").hidden = users.length > 0;
  byId("user-count").textContent = String(users.length);
  showMore("more-users", users.length - shown.length);
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
  return response.text();
}

async function poll() {
  try {
    const [messages, users] = await Promise.all([read("/_sandbox/outbox"), read("/_sandbox/users")]);
    if (last !== messages + users) {
      showMessages(JSON.parse(messages));
      showUsers(JSON.parse(users));
      last = messages + users;
    }
    showConnection("live", "Live");
  } catch {
    showConnection("lost", "Not reachable, trying again");
  }
  setTimeout(poll, pollMs);
}
poll();
`;
