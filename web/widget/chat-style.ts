/** The looks of the panel. A website changes them by the properties `--tandem-chat-…` on any element around. */
export const CHAT_STYLE = `
:host { all: initial; --main: var(--tandem-chat-color, #1d5fd6); --on-main: var(--tandem-chat-on-color, #fff);
  --paper: var(--tandem-chat-paper, #fff); --ink: var(--tandem-chat-ink, #1b2330); --soft: #5a6577; --line: #d4dae4; --bubble: #eef2f8;
  font: 15px/1.45 var(--tandem-chat-font, system-ui, sans-serif); color: var(--ink); }
@media (prefers-color-scheme: dark) { :host { --paper: var(--tandem-chat-paper, #171d27); --ink: var(--tandem-chat-ink, #e8edf5);
  --soft: #a6b0c0; --line: #38414f; --bubble: #242c39; } }
* { box-sizing: border-box; font: inherit; }
.launcher, .panel { position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000; }
.launcher { border: 0; border-radius: 999px; padding: 13px 20px; background: var(--main); color: var(--on-main); cursor: pointer;
  font-weight: 600; box-shadow: 0 6px 20px rgb(0 0 0 / .25); }
.panel { display: flex; flex-direction: column; inline-size: min(370px, calc(100vw - 40px)); block-size: min(560px, calc(100vh - 40px));
  background: var(--paper); border: 1px solid var(--line); border-radius: 14px; overflow: hidden; box-shadow: 0 12px 40px rgb(0 0 0 / .3); }
header { display: flex; align-items: center; gap: 8px; padding: 10px 14px; background: var(--main); color: var(--on-main); }
header h2 { margin: 0; font-size: 16px; font-weight: 650; flex: 1; }
header button { border: 1px solid transparent; border-radius: 8px; background: none; color: inherit; padding: 5px 9px; cursor: pointer; }
header button:hover { border-color: currentcolor; }
.status { padding: 8px 14px; color: var(--soft); border-block-end: 1px solid var(--line); }
.status:empty { display: none; }
.trouble { color: #8a3b00; background: #fff2dc; }
.lines { flex: 1; overflow-y: auto; padding: 12px 14px; display: flex; flex-direction: column; gap: 8px; }
.line { max-inline-size: 85%; align-self: flex-start; padding: 8px 12px; border-radius: 12px; background: var(--bubble); white-space: pre-wrap; overflow-wrap: anywhere; }
.line.own { align-self: flex-end; background: var(--main); color: var(--on-main); }
.line .who { display: block; font-size: 12px; color: var(--soft); }
.line.own .who { color: inherit; }
.line button { display: block; border: 1px solid currentcolor; border-radius: 8px; background: none; color: inherit; padding: 4px 9px; margin-block-start: 4px; cursor: pointer; text-align: start; overflow-wrap: anywhere; }
.note { align-self: center; text-align: center; color: var(--soft); font-size: 13px; }
form { display: flex; flex-direction: column; gap: 10px; padding: 14px; overflow-y: auto; }
label { display: flex; flex-direction: column; gap: 4px; font-size: 13px; color: var(--soft); }
input, textarea { border: 1px solid var(--soft); border-radius: 9px; padding: 8px 10px; background: var(--paper); color: var(--ink); font-size: 15px; resize: none; }
.callback { display: flex; flex-direction: column; gap: 10px; overflow-y: auto; padding-block-end: 12px; }
.callback p { margin: 0; }
.callback > button, .other { margin-inline: 14px; }
.other { margin-block: 0 12px; }
.agree { flex-direction: row; align-items: start; gap: 8px; }
.compose { display: flex; align-items: end; gap: 8px; padding: 10px 12px; border-block-start: 1px solid var(--line); }
.compose textarea { flex: 1; max-block-size: 120px; }
button.main { border: 0; border-radius: 9px; padding: 10px 14px; background: var(--main); color: var(--on-main); font-weight: 600; cursor: pointer; }
button.plain { border: 1px solid var(--line); border-radius: 9px; padding: 9px 12px; background: none; color: var(--ink); cursor: pointer; }
button:focus-visible, input:focus-visible, textarea:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
header button:focus-visible, .launcher:focus-visible { outline-color: var(--ink); }
.hidden { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
[hidden] { display: none !important; }
`
