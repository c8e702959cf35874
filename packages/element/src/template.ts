const icon = (path: string) =>
  `<svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="8"/><path d="${path}"/></svg>`;
const check = icon("m6.5 10.2 2.4 2.4 4.6-5");
const exclamation = icon("M10 6v5m0 2.6v.4");

/** The elements of every screen. Each screen hides those that it doesn't need, so that the focus stays where it is. */
export const template = `<section part="screen">
<p part="done" hidden>${check}<span></span></p>
<h2 part="title" tabindex="-1"></h2>
<p part="instruction"></p>
<div part="banner" hidden>${exclamation}<p></p><bdi aria-hidden="true"></bdi></div>
<p part="countdown" hidden><span></span> <bdi></bdi></p>
<form>
<div part="field" hidden><label part="label"></label><input part="input">
<p part="error">${exclamation}<strong></strong> <span></span></p><p part="hint" hidden></p></div>
<button part="button primary"><i aria-hidden="true"></i><span></span><bdi aria-hidden="true"></bdi></button>
<div part="actions"><button part="button resend"><span></span><bdi aria-hidden="true"></bdi></button><button part="button edit" type="button"></button><button part="button back" type="button"></button></div>
</form>
<div part="support" hidden><slot name="support"></slot></div>
<div part="next" hidden><slot name="next"></slot></div>
<button part="button start-over" type="button" hidden></button>
<p part="status" role="status"></p>
</section>`;
