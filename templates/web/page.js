// Keeps the page fresh: a countdown a second, and the page anew when the daemon says that something changed.
"use strict";
(() => {
  let offset = 0; // the daemon's clock against the browser's, in milliseconds
  let stale = false;

  const board = () => document.getElementById("board");
  const setOffset = () => { offset = Date.parse(board().dataset.now) - Date.now(); };

  const two = (n) => String(n).padStart(2, "0");
  const left = (seconds) => {
    const h = Math.floor(seconds / 3600), m = Math.floor(seconds / 60) % 60, s = seconds % 60;
    return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  };
  const count = () => {
    for (const time of document.querySelectorAll("time[data-due]")) {
      const seconds = Math.ceil((Date.parse(time.dataset.due) - Date.now() - offset) / 1000);
      time.title ||= time.textContent;
      time.textContent = seconds > 0 ? left(seconds) : time.dataset.over;
      time.parentElement.classList.toggle("over", seconds <= 0);
    }
  };

  // What the rep is typing is never taken away: the page waits until it is sent or emptied.
  const isTyping = () =>
    [...document.querySelectorAll("#board input:not([type=hidden])")].some((input) => input.value !== "");

  const refresh = async () => {
    stale = true;
    if (isTyping() || document.hidden) return;
    stale = false;
    try {
      const answer = await fetch("/", { headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (isTyping()) { stale = true; return; }
      const focused = document.activeElement && document.activeElement.id;
      const open = [...document.querySelectorAll("details[open]")].map((each) => each.id);
      board().replaceWith(fresh.getElementById("board"));
      for (const id of open) document.getElementById(id)?.setAttribute("open", "");
      document.title = fresh.title;
      setOffset();
      count();
      const again = focused && document.getElementById(focused);
      if (again) again.focus({ preventScroll: true });
    } catch { stale = true; } // the daemon is away; the events come back when it does
  };

  setOffset();
  count();
  setInterval(count, 1000);
  setInterval(() => { if (stale) refresh(); }, 2000);
  const events = new EventSource("/events");
  let opened = false;
  events.addEventListener("open", () => { if (opened) refresh(); opened = true; });
  events.addEventListener("changed", refresh);
})();
