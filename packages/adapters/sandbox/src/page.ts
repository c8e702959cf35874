import { operations } from "./operations.js";
import { pageScript } from "./page-script.js";
import { pageStyle } from "./page-style.js";

/**
 * The page of `GET /_sandbox`: every message as it arrives, a switch for each fault, and users with the state of their
 * codes. It loads nothing from elsewhere, and runs nothing but its own script.
 *
 * @param nonce names the page's own script and style to the browser; fresh for each page.
 */
export function renderPage(nonce: string): Response {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>veristep sandbox</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${pageStyle}</style>
</head>
<body>
<header>
  <h1>veristep <span>sandbox</span></h1>
  <p id="connection" data-state="waiting">Connecting…</p>
</header>
<main>
  <section aria-labelledby="messages-title">
    <div class="bar">
      <h2 id="messages-title">Messages <span class="count" id="message-count">0</span></h2>
      <input type="search" id="search" aria-label="Search messages" placeholder="Address, number, user or code">
      <select id="channel" aria-label="Channel">
        <option value="">All</option>
        <option value="email">E-mail</option>
        <option value="phone">SMS</option>
      </select>
      <label><input type="checkbox" id="valid"> Valid codes</label>
      <button type="button" id="clear">Clear</button>
    </div>
    <p class="empty" id="no-messages">Nothing was sent yet. Each code shows here the moment it is sent.</p>
    <p class="empty" id="no-match" hidden>No message matches.</p>
    <ol id="messages"></ol>
  </section>
  <div class="side">
    <section aria-labelledby="faults-title">
      <div class="bar">
        <h2 id="faults-title">Faults <span class="count" id="fault-count">0</span></h2>
        <button type="button" id="no-faults" class="last">All off</button>
      </div>
      <div class="bar">
        <select id="operation" aria-label="Calls that go wrong">
          <option value="*">Every call</option>
          ${operations.map((operation) => `<option>${operation}</option>`).join("")}
        </select>
        <select id="times" aria-label="How often">
          <option value="always">Always</option>
          <option value="once">Once</option>
        </select>
      </div>
      <ul id="faults"></ul>
    </section>
    <section aria-labelledby="users-title">
      <div class="bar">
        <h2 id="users-title">Users <span class="count" id="user-count">0</span></h2>
        <input type="search" id="user-search" aria-label="Search users" placeholder="Address, number or id">
      </div>
      <p class="empty" id="no-users">No users. <code>POST /User</code> registers one.</p>
      <ul id="users"></ul>
      <p class="more" id="more-users" hidden></p>
    </section>
  </div>
</main>
<footer>
  <p>A local simulator of the 10npay contact-verification API. Nothing here leaves this machine.
  <a href="/_sandbox/openapi.json">OpenAPI</a> · <a href="/_sandbox/outbox">Outbox as JSON</a></p>
</footer>
<p class="spoken" id="spoken" role="status"></p>
<script nonce="${nonce}">${pageScript}</script>
</body>
</html>`;
  return new Response(html, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": [
        "default-src 'none'",
        `script-src 'nonce-${nonce}'`,
        `style-src 'nonce-${nonce}'`,
        "img-src data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ].join("; "),
      "referrer-policy": "no-referrer",
    },
  });
}
