/** The panel's style. A page sets its colours by `--devtools-…`; the names with `_` are the panel's own. */
export const style = `:host{display:block;color-scheme:inherit;font:14px/1.45 var(--devtools-font,system-ui,sans-serif);color:var(--_ink);
--_ink:var(--devtools-ink,light-dark(#14181d,#eef1f4));--_soft:var(--devtools-soft,light-dark(#525d6a,#a3aebb));--_card:var(--devtools-card,light-dark(#fff,#181c21));
--_raised:var(--devtools-raised,light-dark(#f4f5f7,#20252c));--_line:var(--devtools-line,light-dark(#d9dee5,#2e353e));--_accent:var(--devtools-accent,light-dark(#1550c4,#8fb7ff));
--_checked:var(--devtools-checked,light-dark(#fff,#414b58));--_on-accent:var(--devtools-on-accent,light-dark(#fff,#0a1a33));--_good:var(--devtools-good,light-dark(#0d6b3a,#7fd9a6));--_bad:var(--devtools-bad,light-dark(#a9271d,#ff9c91));
--_mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
:host([hidden]),[hidden]{display:none!important}
*{box-sizing:border-box}
p,ol,figure,pre,fieldset{margin:0;padding:0;border:0;min-inline-size:0}
section{display:flex;flex-direction:column;block-size:100%;min-block-size:0}
button{font:inherit;font-weight:600;color:inherit;background:none;border:0;cursor:pointer}
:focus-visible{outline:3px solid var(--_accent);outline-offset:-2px}
.hint,.why,.outcome{color:var(--_soft)}
.hint{font-size:13px;font-weight:400}
[role=tablist]{display:flex;flex:none;overflow-x:auto;border-block-end:1px solid var(--_line);margin-block-end:8px}
[role=tab]{flex:none;padding:8px 12px;min-block-size:40px;color:var(--_soft);border-block-end:3px solid transparent}
[role=tab][aria-selected=true]{color:var(--_ink);border-color:var(--_accent)}
.panel{position:relative;flex:1;min-block-size:0;overflow:auto}
.panel[data-panel=timeline],.panel[data-panel=view]{display:flex;flex-direction:column;overflow:hidden}
.entries{flex:1;min-block-size:0;overflow-y:auto;list-style:none}
.entries li{display:grid;grid-template-columns:auto minmax(0,1fr);gap:0 10px;padding:7px 4px 7px 12px;border-block-start:1px solid var(--_line);border-inline-start:3px solid transparent;overflow-wrap:anywhere}
.entries li:first-child{border-block-start:0}
.entries li[data-tone=good]{border-inline-start-color:var(--_good)}
.entries li[data-tone=bad]{border-inline-start-color:var(--_bad)}
.entries li[data-type=screen] strong{font-weight:400;color:var(--_soft)}
.entries li[data-type=screen] .outcome{color:var(--_ink)}
li[data-tone=good] .outcome{color:var(--_good)}
li[data-tone=bad] .outcome{color:var(--_bad)}
time{color:var(--_soft);font-size:13px;line-height:1.55;font-variant-numeric:tabular-nums}
.rule{color:inherit;font-size:12px;font-weight:600;white-space:nowrap}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:16px 20px;margin-block-start:8px;align-items:start}
[data-chart=flow]{grid-row:span 3}
.now{display:flex;flex-wrap:wrap;gap:6px 18px;margin:0 0 8px}
.now div{display:flex;gap:8px;align-items:baseline}
dd{margin:0;padding:1px 8px;border-radius:6px;background:var(--_raised);color:var(--_soft);font:600 13px/1.5 var(--_mono)}
dd[data-active]{background:var(--_accent);color:var(--_on-accent)}
figcaption{font-weight:600;margin-block-end:4px}
.frame{overflow-x:auto}
svg{display:block;inline-size:100%;max-inline-size:320px;block-size:auto;font-family:inherit}
figure:not([data-active]) svg{opacity:.6}
svg text{fill:var(--_soft);font-weight:500}
.node path{fill:var(--_raised);stroke:var(--_line)}
.edge path{stroke:var(--_line)}
.edge polygon{fill:var(--_line);stroke:none}
.edge path[data-lit]{stroke:var(--_accent);stroke-width:2.5}
.edge[data-lit] polygon{fill:var(--_accent)}
.node[data-lit] path{fill:var(--_accent);stroke:var(--_accent)}
.node[data-lit] text{fill:var(--_on-accent);font-weight:700}
.node[data-lit][data-state$="honeVerified"] path,.node[data-lit][data-state$="OnlyVerified"] path{fill:var(--_good);stroke:var(--_good)}
.node[data-lit][data-state=failed] path{fill:var(--_bad);stroke:var(--_bad)}
pre{flex:1;min-block-size:0;overflow:auto;padding:10px 12px;border-radius:10px;background:var(--_raised);font:13px/1.5 var(--_mono);margin-block-start:8px}
pre code{font:inherit}
.copy{align-self:end;padding:4px 10px;border:1px solid var(--_line);border-radius:8px;margin-block-start:6px}
.faults{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:14px 20px}
legend{padding:0 0 5px;font-weight:600}
.options{display:flex;padding:3px;border-radius:11px;background:var(--_raised);box-shadow:inset 0 0 0 1px var(--_line)}
.options label{position:relative;display:flex;flex:1;cursor:pointer}
.options input{position:absolute;inset:0;margin:0;opacity:0;cursor:inherit}
.options span{flex:1;padding:5px 8px;border-radius:8px;color:var(--_soft);font-weight:600;text-align:center}
.options input:checked+span{background:var(--_checked);color:var(--_ink);box-shadow:0 0 0 1px var(--_line)}
.options input:focus-visible+span{outline:3px solid var(--_accent)}
:host([drawer]) section{position:fixed;inset:auto 0 0;z-index:2147483000;block-size:min(46vh,480px);padding:0 16px 16px;background:var(--_card);border-block-start:1px solid var(--_line);box-shadow:0 -8px 32px #0003}
.toggle{position:fixed;inset:auto 12px 12px auto;z-index:2147483001;padding:6px 14px;border-radius:99px;background:var(--_accent);color:var(--_on-accent)}
.toggle[aria-expanded=true]{inset-block-end:calc(min(46vh,480px) + 8px)}
.toggle:focus-visible{outline-offset:2px}
@media (forced-colors:active){.node[data-lit] path{stroke-width:4}[role=tab][aria-selected=true]{border-color:Highlight}.options input:checked+span{border:1px solid}}`;
