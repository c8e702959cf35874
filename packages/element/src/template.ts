import { style } from "./style.js";

const icon = (path: string) =>
  `<svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="8"/><path d="${path}"/></svg>`;
const check = icon("m6.5 10.2 2.4 2.4 4.6-5");
const exclamation = icon("M10 6v5m0 2.6v.4");

/** The elements of every screen. Each screen hides those that it doesn't need, so that the focus stays where it is. */
const template = `<section part="screen">\
<p part="done">${check}<span></span></p>\
<h2 part="title" tabindex="-1"></h2>\
<p part="instruction"></p>\
<div part="banner">${exclamation}<p></p><bdi aria-hidden="true"></bdi></div>\
<p part="countdown"><span></span> <bdi></bdi></p>\
<form>\
<div part="field"><label part="label"></label><input part="input">\
<p part="error">${exclamation}<strong></strong> <span></span></p><p part="hint"></p></div>\
<button part="button primary"><i aria-hidden="true"></i><span></span><bdi aria-hidden="true"></bdi></button>\
<div part="actions"><button part="button resend"><span></span><bdi aria-hidden="true"></bdi></button><button part="button edit" type="button"></button><button part="button back" type="button"></button></div>\
</form>\
<div part="support"><slot name="support"></slot></div>\
<div part="next"><slot name="next"></slot></div>\
<button part="button start-over" type="button"></button>\
<p part="status" role="status"></p>\
</section>`;

/** The part of Trusted Types that is used here: not every browser has them. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createHTML: (html: string) => string },
  ): { createHTML(html: string): string };
}

// A page that asks for Trusted Types has to allow this policy by its name.
const trusted = (globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy(
  "veristep",
  {
    createHTML: String,
  },
);

/** Gives a shadow root the elements and their style. */
export function fillWithTemplate(root: ShadowRoot): ShadowRoot {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  root.innerHTML = trusted?.createHTML(template) ?? template;
  return root;
}
