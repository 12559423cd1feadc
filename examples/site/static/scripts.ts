/** The scripts of the pages that need one. */

/** The upload form works without it; with it one sees the progress. */
export const upload = `const form = document.querySelector("form[data-progress]");
const bar = form.querySelector("progress");
const status = form.querySelector("[role=status]");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const request = new XMLHttpRequest();
  const finish = (text) => {
    status.textContent = text;
    form.querySelector("button").disabled = false;
  };
  bar.hidden = false;
  bar.removeAttribute("value");
  form.querySelector("button").disabled = true;
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.max = total;
    bar.value = loaded;
    status.textContent = Math.round((loaded / total) * 100) + " % sent";
  });
  request.addEventListener("load", () => {
    if (request.status < 400) location.assign(request.responseURL);
    else finish("The server answered " + request.status + ": the files were not stored.");
  });
  request.addEventListener("error", () => finish("The connection broke: the files were not stored."));
  request.open("POST", form.action);
  request.send(new FormData(form));
});
`;

/** Shows the ticks; the browser itself reconnects, and says with Last-Event-ID what it saw last. */
export const events = `const list = document.querySelector("[data-events]");
const state = document.querySelector("[data-state]");
const source = new EventSource(list.dataset.events);
let connections = 0;
source.addEventListener("open", () => {
  connections++;
  state.textContent = connections === 1 ? "Connected." : "Connected again, for the " + (connections - 1) + ". time, where it had stopped.";
});
source.addEventListener("error", () => { state.textContent = "The stream has ended; the browser connects again…"; });
source.addEventListener("tick", (event) => {
  const { number, load, at } = JSON.parse(event.data);
  const item = document.createElement("li");
  const label = document.createElement("span");
  label.textContent = "Tick " + number;
  const meter = document.createElement("meter");
  meter.max = 1;
  meter.value = load;
  meter.setAttribute("aria-label", "Load at tick " + number);
  const time = document.createElement("time");
  time.dateTime = at;
  time.textContent = new Date(at).toLocaleTimeString();
  item.append(label, meter, time);
  list.prepend(item);
  while (list.children.length > 14) list.lastElementChild.remove();
});
`;

/** Downloads with fetch(), and goes on with a range after a pause. Each answer to a range says how long the whole is. */
export const download = `const tool = document.querySelector("[data-download]");
const [start, pause] = tool.querySelectorAll("button");
const bar = tool.querySelector("progress");
const status = tool.querySelector("[role=status]");
const chunks = [];
let received = 0, requests = 0, etag = "", controller;

start.addEventListener("click", async () => {
  controller = new AbortController();
  start.disabled = true;
  pause.disabled = false;
  requests++;
  try {
    const headers = { Range: "bytes=" + received + "-", ...(etag && { "If-Range": etag }) };
    const response = await fetch(tool.dataset.download, { headers, signal: controller.signal });
    if (response.status !== 206) chunks.length = received = 0; // it has changed, so all of it comes again
    etag = response.headers.get("ETag");
    const [range, size] = (response.headers.get("Content-Range") ?? "/").split("/");
    if (size) bar.max = size;
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
      received += value.length;
      bar.value = received;
      status.textContent = count(received) + " of " + count(bar.max) + " bytes; status " + response.status + ", " + range;
    }
    status.textContent = "Complete: " + count(received) + " bytes in " + requests + (requests === 1 ? " request." : " requests.");
    const link = tool.querySelector("a");
    link.href = URL.createObjectURL(new Blob(chunks, { type: "text/plain" }));
    link.hidden = false;
    start.hidden = pause.hidden = true;
  } catch (error) {
    status.textContent = (error.name === "AbortError" ? "Paused at " : "The connection broke at ") + count(received) + " bytes.";
    start.textContent = "Resume";
    start.disabled = false;
    start.focus();
  }
  pause.disabled = true;
});
pause.addEventListener("click", () => controller.abort());

function count(bytes) {
  return bytes.toLocaleString("en");
}
`;
