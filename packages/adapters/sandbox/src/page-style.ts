/** The style of the page: light and dark, and one column on a phone. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --card: #ffffff; --line: #dfe3e8; --ink: #16191d; --soft: #5a6472;
  --accent: #0b57d0; --good: #0f6b3c; --good-ground: #e0f3e8; --quiet-ground: #eceff3;
  --warn: #8a4b00; --warn-ground: #fdf0dc;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #111418; --card: #1a1e24; --line: #2c333c; --ink: #eef1f4; --soft: #9aa6b4;
    --accent: #8ab4f8; --good: #7fd6a4; --good-ground: #12301f; --quiet-ground: #252b33;
    --warn: #f3c07b; --warn-ground: #38280f;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif;
}
header, main, footer { max-width: 1080px; margin-inline: auto; padding-inline: 20px; }
header { display: flex; align-items: baseline; justify-content: space-between; gap: 16px; padding-block: 24px 8px; }
h1 { margin: 0; font-size: 21px; letter-spacing: -0.01em; }
h1 span { color: var(--soft); font-weight: 400; }
h2 { margin: 0 0 12px; font-size: 13px; text-transform: uppercase; letter-spacing: 0.06em; color: var(--soft); }
.count { font-variant-numeric: tabular-nums; opacity: 0.75; }
main { display: grid; gap: 32px; grid-template-columns: minmax(0, 1fr) 340px; padding-block: 16px 32px; }
@media (max-width: 820px) { main { grid-template-columns: minmax(0, 1fr); } }
ol, ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 12px; }
li { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 14px 16px; }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; }
.row > .last { margin-inline-start: auto; }
.to { font-weight: 600; overflow-wrap: anywhere; }
.soft { color: var(--soft); font-size: 13px; font-variant-numeric: tabular-nums; }
.code {
  font: 600 30px/1.2 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  letter-spacing: 0.14em; margin-block: 6px;
}
.text { margin: 6px 0 0; color: var(--soft); font-size: 14px; overflow-wrap: anywhere; }
.pill {
  border-radius: 999px; padding: 1px 9px; font-size: 12px; font-weight: 600; white-space: nowrap;
  background: var(--quiet-ground); color: var(--soft);
}
.pill[data-tone="good"] { background: var(--good-ground); color: var(--good); }
.pill[data-tone="warn"] { background: var(--warn-ground); color: var(--warn); }
li[data-state]:not([data-state="current"]) .code { color: var(--soft); text-decoration: line-through; }
li.fresh { animation: arrive 0.5s ease-out; }
@keyframes arrive { from { opacity: 0; translate: 0 -8px; } }
@media (prefers-reduced-motion: reduce) { li.fresh { animation: none; } }
button {
  font: inherit; font-size: 13px; font-weight: 600; color: var(--accent); background: none; cursor: pointer;
  border: 1px solid var(--line); border-radius: 8px; padding: 6px 12px; min-height: 34px;
}
button:hover { border-color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
#connection { margin: 0; font-size: 13px; color: var(--soft); white-space: nowrap; }
#connection::before {
  content: ""; display: inline-block; width: 8px; height: 8px; border-radius: 50%;
  background: var(--soft); margin-inline-end: 7px;
}
#connection[data-state="live"]::before { background: var(--good); }
#connection[data-state="lost"] { color: var(--warn); }
#connection[data-state="lost"]::before { background: var(--warn); }
/* A thousand cards: those out of sight cost nothing. */
#messages > li { content-visibility: auto; contain-intrinsic-size: auto 132px; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-bottom: 12px; }
.bar h2 { margin: 0 auto 0 0; }
.bar label { display: inline-flex; align-items: center; gap: 6px; font-size: 13px; color: var(--soft); }
input[type="search"], select {
  font: inherit; font-size: 13px; color: inherit; background: var(--card); min-height: 34px;
  border: 1px solid var(--line); border-radius: 8px; padding: 5px 10px; min-width: 0;
}
#search { flex: 1 1 200px; }
#user-search { flex: 1 1 140px; }
.side { display: grid; gap: 32px; align-content: start; }
.fault { padding: 4px 12px; border-radius: 8px; display: flex; flex-wrap: wrap; gap: 0 10px; align-items: center; }
#faults { gap: 4px; }
.switch {
  border: 0; padding: 4px 0; min-height: 32px; color: inherit; font-weight: 400; text-align: start; flex: 1 0 auto;
  display: inline-flex; align-items: center; gap: 10px;
}
.switch::before {
  content: ""; flex: none; width: 30px; height: 18px; border-radius: 999px;
  background: radial-gradient(circle at 9px 9px, var(--card) 6px, transparent 6.5px), var(--soft);
}
.switch[aria-checked="true"]::before {
  background: radial-gradient(circle at 21px 9px, var(--card) 6px, transparent 6.5px), var(--warn);
}
.switch[aria-checked="true"] { font-weight: 600; }
.state { margin: 2px 0 0; }
.empty { margin: 0; padding: 24px 16px; border: 1px dashed var(--line); border-radius: 12px; color: var(--soft); }
.more { color: var(--soft); font-size: 13px; }
.contact { display: flex; justify-content: space-between; align-items: center; gap: 10px; margin-top: 6px; }
.contact span:first-child { overflow-wrap: anywhere; min-width: 0; }
footer p { border-top: 1px solid var(--line); margin: 0; padding-block: 16px 32px; color: var(--soft); font-size: 13px; }
a { color: var(--accent); }
.spoken { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
[hidden] { display: none; }
`;
