/** The style sheet: no framework, light and dark, from phones upwards. */
export const style = `:root {
  color-scheme: light dark;
  --ink: #17211c; --dim: #55635b; --paper: #f7f8f5; --card: #fff; --line: #dde2dc; --edge: #8a968f;
  --accent: #0a6847; --accent-ink: #fff; --tint: #e5f2ec; --bad: #a4262c; --code: #f0f3ef;
  --shadow: 0 1px 2px rgb(16 40 28 / .06), 0 4px 14px rgb(16 40 28 / .05);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e7ece8; --dim: #a2aea7; --paper: #101513; --card: #181f1c; --line: #2b3530; --edge: #6b7871;
    --accent: #5dd3a4; --accent-ink: #06170f; --tint: #1b2f27; --bad: #ff9a92; --code: #0c110f; --shadow: none;
  }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
header { background: var(--card); border-bottom: 1px solid var(--line); }
.bar, main, .foot { width: 100%; max-width: 60rem; margin: 0 auto; padding: 0 1.25rem; }
.bar { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: center; padding-block: .7rem; }
main { flex: 1; padding-block: 2rem 3rem; }
footer { border-top: 1px solid var(--line); color: var(--dim); font-size: .9rem; }
.foot { padding-block: 1rem; }
.brand { display: flex; align-items: center; gap: .5rem; font-weight: 750; font-size: 1.2rem; letter-spacing: -.02em; color: var(--ink); text-decoration: none; }
.brand img { display: block; }
nav { display: flex; flex-wrap: wrap; gap: .1rem .3rem; margin-left: -.55rem; }
nav a { color: var(--dim); text-decoration: none; padding: .25rem .55rem; border-radius: .4rem; font-size: .98rem; }
nav a:hover { color: var(--ink); background: var(--tint); }
nav a[aria-current] { color: var(--accent); background: var(--tint); }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: .6rem; background: var(--card); padding: .3rem .8rem; z-index: 1; }
h1 { font-size: clamp(1.7rem, 5vw, 2.35rem); line-height: 1.15; letter-spacing: -.025em; margin: 0 0 .75rem; text-wrap: balance; }
h2 { font-size: 1.2rem; letter-spacing: -.01em; margin: 2.2rem 0 .7rem; }
p { margin: 0 0 1rem; max-width: 44rem; }
.lead { font-size: 1.15rem; color: var(--dim); }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .3rem; }
code, pre, time { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .9em; }
pre { overflow-x: auto; margin: 0 0 1rem; background: var(--code); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem 1.1rem; line-height: 1.5; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr)); gap: .9rem; padding: 0; margin: 0 0 1rem; list-style: none; }
.cards > li, .card { background: var(--card); border: 1px solid var(--line); border-radius: .7rem; padding: 1rem 1.1rem; box-shadow: var(--shadow); overflow-wrap: anywhere; }
.cards p { margin: .2rem 0 0; }
.cards button { margin-top: .4rem; }
.cards form { margin: 0; }
.link { position: relative; }
.link > a { font-weight: 650; text-decoration: none; }
.link > a::after { content: ""; position: absolute; inset: 0; border-radius: .7rem; }
.link:hover { border-color: var(--accent); }
.link p, .meta { color: var(--dim); font-size: .95rem; }
.thumb { display: block; width: 100%; height: 9rem; object-fit: cover; border-radius: .4rem; margin-bottom: .6rem; background: var(--code); }
audio.thumb { height: 3.4rem; }
form { margin: 0 0 1rem; }
form.stack { display: grid; gap: 1rem; max-width: 34rem; }
form.stack p { margin: 0; }
form.row { display: flex; flex-wrap: wrap; gap: .7rem; align-items: end; max-width: 44rem; }
form.row label { flex: 1 1 14rem; }
label { display: grid; gap: .3rem; font-weight: 600; }
input, textarea, button { font: inherit; color: inherit; max-width: 100%; border-radius: .45rem; border: 1px solid var(--edge); padding: .5rem .75rem; }
input, textarea { background: var(--card); width: 100%; font-weight: 400; }
::file-selector-button { font: inherit; font-weight: 600; color: inherit; background: var(--tint); border: 1px solid var(--edge); border-radius: .4rem; padding: .25rem .8rem; margin-right: .8rem; cursor: pointer; }
input[type="file"] { padding: .8rem; border-style: dashed; }
input[aria-invalid], textarea[aria-invalid] { border-color: var(--bad); }
.error { color: var(--bad); font-weight: 600; font-size: .92rem; }
button, .button { display: inline-block; background: var(--accent); color: var(--accent-ink); border: 1px solid transparent; border-radius: .45rem; padding: .5rem 1rem; font-weight: 650; cursor: pointer; justify-self: start; text-decoration: none; }
button:hover, .button:hover { filter: brightness(1.08); }
button:disabled { opacity: .5; cursor: default; }
button.quiet { background: none; color: var(--ink); border-color: var(--edge); font-weight: 500; }
button.small { padding: .15rem .7rem; font-size: .92rem; }
.buttons { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; margin-bottom: 1rem; }
table { border-collapse: collapse; width: 100%; margin: 0 0 1.5rem; }
caption { text-align: left; color: var(--dim); padding-bottom: .4rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .8rem .5rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { color: var(--dim); font-size: .88rem; font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.narrow { width: 5rem; }
.pairs td:first-child { width: 16.5rem; }
meter, progress { width: 100%; height: .9rem; accent-color: var(--accent); }
.ticks { list-style: none; padding: 0; margin: 0; max-width: 34rem; }
.ticks li { display: grid; grid-template-columns: 5rem 1fr 7rem; gap: .8rem; align-items: center; padding: .25rem 0; border-bottom: 1px solid var(--line); }
.notice { border-left: .3rem solid var(--accent); border-radius: .2rem; padding: .6rem 1rem; background: var(--tint); }
[hidden] { display: none !important; }
@media (max-width: 34rem) {
  .pairs thead { position: absolute; clip-path: inset(50%); }
  .pairs tr, .pairs td, .pairs tbody { display: block; }
  .pairs td:first-child { width: auto; border: 0; padding-bottom: 0; }
  .pairs td:last-child { padding-top: 0; }
  .ticks li { grid-template-columns: 4rem 1fr; }
  .ticks time { display: none; }
}
`;

export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0a6847"/><path d="M19 6v17a4 4 0 0 1-4 4h-3M19 6h4M14 13a5 5 0 1 0 0 8" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>`;
