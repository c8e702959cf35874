/** The element's style. Sizes are in rem, so that they follow the browser's text size. */
export const style = `:host{display:block;font-family:var(--verify-font,system-ui,sans-serif);font-size:1rem;line-height:1.5;color:var(--verify-text,light-dark(#16191d,#eef1f4))}\
:host([hidden]),[hidden]{display:none!important}\
*{box-sizing:border-box}\
section{--soft:var(--verify-soft,light-dark(#56606d,#a8b2bf));--line:var(--verify-line,light-dark(#76808d,#8a95a3));--accent:var(--verify-accent,light-dark(#0b57d0,#8ab4f8));--bad:var(--verify-error,light-dark(#b3261e,#ff8a80));--r:var(--verify-radius,.625rem);max-width:26rem;margin-inline:auto;padding:1.5rem;border:1px solid var(--verify-border,light-dark(#d8dde4,#333b46));border-radius:calc(var(--r)*1.6);background:var(--verify-surface,light-dark(#fff,#1a1e24));overflow-wrap:anywhere}\
h2{margin:0 0 .5rem;font-size:1.375rem;line-height:1.25;outline:none}\
p{margin:0}\
svg{flex:none;inline-size:1.25em;block-size:1.25em;fill:none;stroke:currentColor;stroke-width:1.8;vertical-align:-.25em}\
[part=instruction],[part=banner],[part=countdown]{margin-block-end:1rem}\
[part=instruction],[part=hint]{color:var(--soft)}\
[part=done]{color:var(--verify-success,light-dark(#146c2e,#6dd58c));display:flex;gap:.375rem;margin-block-end:.75rem}\
[part=banner]{display:flex;gap:.5rem;align-items:start;padding:.75rem;border:1px solid var(--line);border-radius:var(--r)}\
[part=banner] svg{margin-block-start:.125rem}\
[part=banner] bdi{margin-inline-start:auto}\
[part=countdown]{font-size:1.25rem}\
bdi{font-variant-numeric:tabular-nums;white-space:nowrap}\
button bdi:not(:empty),strong{margin-inline-start:.3em}\
label{display:block;font-weight:600;margin-block-end:.25rem}\
input{inline-size:100%;padding:.625rem .75rem;border:1px solid var(--line);border-radius:var(--r);background:0 0;color:inherit;font:inherit;font-size:1.25rem;letter-spacing:.06em;text-align:start}\
[data-kind=code]{letter-spacing:.3em;font-variant-numeric:tabular-nums}\
input[aria-invalid=true]{border:2px solid var(--bad);padding:calc(.625rem - 1px) calc(.75rem - 1px)}\
[part=error]{color:var(--bad);margin-block-start:.375rem}\
[part=hint]{margin-block-start:.25rem}\
button{padding:.5rem 1rem;border:2px solid transparent;border-radius:var(--r);background:0 0;color:var(--accent);font:inherit;font-weight:600}\
[part~=primary]{inline-size:100%;margin-block-start:1rem;background:var(--accent);color:var(--verify-on-accent,light-dark(#fff,#0b1a30))}\
[part=actions]{display:flex;flex-wrap:wrap;gap:.25rem;margin:.5rem -1rem 0}\
[part=actions] [aria-disabled=true]{color:var(--soft)}\
[part=status]{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}\
i{display:none;inline-size:1em;block-size:1em;margin-inline-end:.5rem;border:.1875rem solid;border-inline-end-color:transparent;border-radius:50%;vertical-align:-.125em;animation:turn 1s linear infinite}\
[data-working] i{display:inline-block}\
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}\
@keyframes turn{to{rotate:1turn}}\
@media (prefers-reduced-motion:reduce){i{animation:none;border:0;inline-size:auto;block-size:auto}i::before{content:"…"}}\
@media (forced-colors:active){[part=actions]{margin-inline:0}input[aria-invalid=true]{border:3px double}[part~=primary]{border-color:ButtonText}[aria-disabled=true]{color:GrayText!important}}`;
