/**
 * The style sheet, the script and the icon, in the program: a Worker has no folder to serve.
 */

const css = `:root {
  --ink: #1c2430; --dim: #5a6675; --paper: #fbfaf7; --card: #fff; --line: #e2ded4; --accent: #0b6e4f; --accent-ink: #fff; --bad: #a4262c;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e6e0; --dim: #a3abb5; --paper: #14181d; --card: #1c2229; --line: #313a44; --accent: #4fc79b; --accent-ink: #0c1512; --bad: #ff8a80; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 system-ui, sans-serif; }
header, main, footer { max-width: 52rem; margin: 0 auto; padding: 1rem 1.25rem; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; border-bottom: 1px solid var(--line); }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; }
nav a { color: var(--dim); text-decoration: none; padding: .2rem 0; }
nav a:hover, nav a[aria-current] { color: var(--ink); box-shadow: 0 2px 0 var(--accent); }
.brand { font-weight: 750; font-size: 1.25rem; letter-spacing: -.02em; color: var(--accent); text-decoration: none; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .25rem .75rem; z-index: 1; }
footer { color: var(--dim); font-size: .9rem; border-top: 1px solid var(--line); margin-top: 2rem; }
h1 { font-size: clamp(1.6rem, 5vw, 2.2rem); line-height: 1.15; letter-spacing: -.02em; margin: 1.2rem 0 .8rem; }
h2 { font-size: 1.15rem; margin: 1.6rem 0 .4rem; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
code, pre, output { font-family: ui-monospace, monospace; font-size: .92em; }
pre { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .9rem; padding: 0; list-style: none; }
.cards li, .card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem 1rem; }
.cards a { font-weight: 650; }
.cards img { max-width: 100%; height: 7rem; object-fit: cover; border-radius: .35rem; display: block; margin-bottom: .4rem; }
form { display: grid; gap: .8rem; max-width: 34rem; }
form.row { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; }
label { display: grid; gap: .25rem; font-weight: 600; flex: 1 1 12rem; }
input, textarea, select, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--dim); border-radius: .45rem; padding: .5rem .7rem; max-width: 100%; }
button { background: var(--accent); color: var(--accent-ink); border-color: var(--accent); font-weight: 650; cursor: pointer; justify-self: start; }
button.plain { background: none; color: var(--bad); border-color: var(--line); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
progress { width: 100%; height: 1rem; accent-color: var(--accent); }
.dim { color: var(--dim); }
.notice { border-left: .3rem solid var(--accent); padding: .3rem .8rem; background: var(--card); }
`;

const js = `// The upload form works without this; with it one sees the progress.
const form = document.querySelector("form[data-progress]");
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const bar = form.querySelector("progress");
  const status = form.querySelector("output");
  const request = new XMLHttpRequest();
  bar.hidden = false;
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.max = total;
    bar.value = loaded;
    status.textContent = Math.round((loaded / total) * 100) + " % sent";
  });
  request.addEventListener("load", () => {
    if (request.status < 400) location.assign(request.responseURL);
    else status.textContent = "The server answered " + request.status + ": the files were not stored.";
  });
  request.addEventListener("error", () => { status.textContent = "The connection broke."; });
  request.open("POST", form.action);
  request.send(new FormData(form));
});

const list = document.querySelector("[data-events]");
if (list) {
  const source = new EventSource(list.dataset.events);
  const state = document.querySelector("[data-state]");
  source.addEventListener("open", () => { state.textContent = "connected"; });
  source.addEventListener("error", () => { state.textContent = "reconnecting…"; });
  source.addEventListener("tick", (event) => {
    const { number, at } = JSON.parse(event.data);
    const item = document.createElement("li");
    item.textContent = "tick " + number + " at " + new Date(at).toLocaleTimeString();
    list.prepend(item);
    while (list.children.length > 12) list.lastElementChild.remove();
  });
}
`;

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b6e4f"/><path d="M19 6v17a4 4 0 0 1-4 4h-3M19 6h4M14 13a5 5 0 1 0 0 8" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>`;

/** File name → content type and content. */
export const files = new Map<string, readonly [contentType: string, content: string]>([
  ["site.css", ["text/css; charset=utf-8", css]],
  ["site.js", ["text/javascript; charset=utf-8", js]],
  ["icon.svg", ["image/svg+xml", icon]],
]);
