/** The panel's style. A page sets its colours by the same custom properties, and its `color-scheme`. */
export const style = `:host{display:block;color-scheme:inherit;font:14px/1.45 var(--devtools-font,system-ui,sans-serif);color:var(--ink);
--ink:var(--devtools-ink,light-dark(#14181d,#eef1f4));--soft:var(--devtools-soft,light-dark(#525d6a,#a3aebb));--card:var(--devtools-card,light-dark(#fff,#181c21));
--raised:var(--devtools-raised,light-dark(#f4f5f7,#20252c));--line:var(--devtools-line,light-dark(#d9dee5,#2e353e));--accent:var(--devtools-accent,light-dark(#1550c4,#8fb7ff));
--on-accent:var(--devtools-on-accent,light-dark(#fff,#0a1a33));--good:var(--devtools-good,light-dark(#0d6b3a,#7fd9a6));--bad:var(--devtools-bad,light-dark(#a9271d,#ff9c91));
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
:host([hidden]),[hidden]{display:none!important}
*{box-sizing:border-box}
p,ol,figure,pre,fieldset{margin:0;padding:0;border:0;min-inline-size:0}
section{display:flex;flex-direction:column;block-size:100%;min-block-size:0}
button{font:inherit;font-weight:600;color:inherit;background:none;border:0;cursor:pointer}
:focus-visible{outline:3px solid var(--accent);outline-offset:-2px}
.hint,.why,.outcome{color:var(--soft)}
.hint{font-size:13px;font-weight:400}
[role=tablist]{display:flex;flex:none;overflow-x:auto;border-block-end:1px solid var(--line);margin-block-end:8px}
[role=tab]{flex:none;padding:8px 12px;min-block-size:40px;color:var(--soft);border-block-end:3px solid transparent}
[role=tab][aria-selected=true]{color:var(--ink);border-color:var(--accent)}
.panel{position:relative;flex:1;min-block-size:0;overflow:auto}
.panel[data-panel=timeline],.panel[data-panel=view]{display:flex;flex-direction:column;overflow:hidden}
.entries{flex:1;min-block-size:0;overflow-y:auto;list-style:none}
.entries li{display:grid;grid-template-columns:auto minmax(0,1fr);gap:0 10px;padding:7px 4px 7px 12px;border-block-start:1px solid var(--line);border-inline-start:3px solid transparent;overflow-wrap:anywhere}
.entries li:first-child{border-block-start:0}
.entries li[data-tone=good]{border-inline-start-color:var(--good)}
.entries li[data-tone=bad]{border-inline-start-color:var(--bad)}
.entries li[data-type=screen] strong{font-weight:400;color:var(--soft)}
.entries li[data-type=screen] .outcome{color:var(--ink)}
li[data-tone=good] .outcome{color:var(--good)}
li[data-tone=bad] .outcome{color:var(--bad)}
time{color:var(--soft);font-size:13px;line-height:1.55;font-variant-numeric:tabular-nums}
.rule{color:inherit;font-size:12px;font-weight:600;white-space:nowrap}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(250px,1fr));gap:16px 20px;margin-block-start:8px;align-items:start}
[data-chart=flow]{grid-row:span 2}
figcaption{display:flex;flex-wrap:wrap;gap:2px 8px;align-items:baseline;margin-block-end:4px}
figcaption code{font:600 13px/1.5 var(--mono);padding:1px 8px;border-radius:6px;background:var(--raised);color:var(--soft)}
[data-active] figcaption code{background:var(--accent);color:var(--on-accent)}
.frame{overflow-x:auto}
svg{display:block;inline-size:100%;max-inline-size:320px;block-size:auto;font-family:inherit}
figure:not([data-active]) svg{opacity:.6}
svg text{fill:var(--soft);font-weight:500}
.node path{fill:var(--raised);stroke:var(--line)}
.edge path{stroke:var(--line)}
.edge polygon{fill:var(--line);stroke:none}
.edge path[data-lit]{stroke:var(--accent);stroke-width:2.5}
.edge[data-lit] polygon{fill:var(--accent)}
.node[data-lit] path{fill:var(--accent);stroke:var(--accent)}
.node[data-lit] text{fill:var(--on-accent);font-weight:700}
.node[data-lit][data-state$="honeVerified"] path,.node[data-lit][data-state$="OnlyVerified"] path{fill:var(--good);stroke:var(--good)}
.node[data-lit][data-state=failed] path{fill:var(--bad);stroke:var(--bad)}
pre{flex:1;min-block-size:0;overflow:auto;padding:10px 12px;border-radius:10px;background:var(--raised);font:13px/1.5 var(--mono);margin-block-start:8px}
.copy{align-self:end;padding:4px 10px;border:1px solid var(--line);border-radius:8px;margin-block-start:6px}
.faults{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:14px 20px}
legend{padding:0 0 5px;font-weight:600}
.options{display:flex;padding:3px;border-radius:11px;background:var(--raised);box-shadow:inset 0 0 0 1px var(--line)}
.options label{position:relative;display:flex;flex:1;cursor:pointer}
.options input{position:absolute;inset:0;margin:0;opacity:0;cursor:inherit}
.options span{flex:1;padding:5px 8px;border-radius:8px;color:var(--soft);font-weight:600;text-align:center}
.options input:checked+span{background:var(--card);color:var(--ink);box-shadow:0 0 0 1px var(--line)}
.options input:focus-visible+span{outline:3px solid var(--accent)}
:host([drawer]) section{position:fixed;inset:auto 0 0;z-index:2147483000;block-size:min(46vh,480px);padding:0 16px 16px;background:var(--card);border-block-start:1px solid var(--line);box-shadow:0 -8px 32px #0003}
.toggle{position:fixed;inset:auto 12px 12px auto;z-index:2147483001;padding:6px 14px;border-radius:99px;background:var(--accent);color:var(--on-accent)}
.toggle:focus-visible{outline-offset:2px}
@media (forced-colors:active){.node[data-lit] path{stroke-width:4}[role=tab][aria-selected=true]{border-color:Highlight}.options input:checked+span{border:1px solid}}`;
