// Saves what is being written every few seconds of change, as the button would: the same form, the same check
// of versions. Without this script the button alone saves. Words stay in the page whatever happens.
const EVERY = 5000;
const FIRST = 1500;
const BLUR = 300;
const WAITS = [5000, 10000, 20000, 30000];
const PATIENCE = 20000;
const SIGNED_OUT = 15000;
// A browser sends no more than this with a request that outlives its page.
const KEEPALIVE_BYTES = 60000;

const panel = document.querySelector("[data-autosave]");
const form = panel?.closest("form");

if (form) {
  const shown = panel.querySelector("[data-autosave-shown]");
  const spoken = panel.querySelector("[data-autosave-spoken]");
  const difference = panel.querySelector("[data-autosave-difference]");
  let last = panel.dataset.autosaveLast;
  let saved = "";
  let sent = 0;
  let tries = 0;
  let timer = 0;
  let flying = null;
  let doubtful = null;
  let stopped = false;
  let troubled = false;
  let leaving = false;

  const versions = () => [...form.querySelectorAll("input[type=hidden]")].map((box) => box.name);
  const body = () => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") {
        data.append(name, value);
      }
    }
    return data;
  };
  // What was typed, without the version numbers and the token, which change by themselves.
  const typed = () => {
    const data = body();
    versions().forEach((name) => data.delete(name));
    return data.toString();
  };
  const isDirty = () => typed() !== saved;

  const say = (text, isProblem) => {
    shown.textContent = text;
    panel.classList.toggle("portal-autosave--problem", isProblem);
    // Read out only when something goes wrong, and when it is well again.
    if (isProblem || troubled) {
      spoken.textContent = text;
    }
    troubled = isProblem;
  };
  const since = () => (last ? `Not saved since ${last}` : "Not saved yet");

  const schedule = (wait) => {
    if (!timer && !stopped) {
      timer = setTimeout(save, wait ?? Math.max(FIRST, sent + EVERY - Date.now()));
    }
  };
  const retry = (reason) => {
    say(`${since()}: ${reason}`, true);
    schedule(WAITS[Math.min(tries, WAITS.length - 1)]);
    tries += 1;
  };
  const stop = (text) => {
    stopped = true;
    say(text, true);
  };

  const take = async (answer, what) => {
    if (answer.status === 401) {
      // Whoever signs in again on another page need do nothing more on this one.
      say(`${since()}: you have been signed out. Your text is still here. Press Save: you sign in on the next page, which keeps it.`, true);
      schedule(SIGNED_OUT);
      return;
    }
    const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    if (!isJson) {
      const refused = answer.status >= 400 && answer.status < 500 && answer.status !== 429;
      if (refused) {
        stop(`${since()}: the portal does not take it from this page any more. Your text is still here: copy it, then load the page again.`);
      } else {
        retry("your text is still here; we try again.");
      }
      return;
    }
    const said = await answer.json();
    if (said.token) {
      form.elements.csrfmiddlewaretoken.value = said.token;
      doubtful?.data.set("csrfmiddlewaretoken", said.token);
      retry("the page is being renewed.");
    } else if (said.saved) {
      for (const [name, number] of Object.entries(said.versions)) {
        form.elements[name].value = number;
      }
      saved = what;
      last = said.saved;
      tries = 0;
      say(`Saved ${last} London time.${said.told ? ` ${said.told}` : ""}`, false);
      if (said.told && spoken.textContent !== said.told) {
        spoken.textContent = said.told;
      }
    } else if (said.overtaken) {
      difference.hidden = false;
      stop(`${said.overtaken}. Your text is still here and was not saved over it.`);
    } else if (said.closed) {
      stop(`${since()}. ${said.closed} Your text is still here, to read and to copy.`);
    } else {
      saved = what;
      say(`${since()}: ${said.problems.join(" ")}`, true);
    }
  };

  const send = async (data, what, keepalive) => {
    sent = Date.now();
    const before = doubtful;
    doubtful = { data, what };
    const patience = new AbortController();
    const clock = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const answer = await fetch(window.location.pathname, {
        method: "POST",
        body: data,
        headers: { "X-Portal-Autosave": "1", Accept: "application/json" },
        redirect: "error",
        signal: patience.signal,
        keepalive: keepalive && data.toString().length < KEEPALIVE_BYTES,
      });
      if (answer.status < 500) {
        // Whoever was turned away at the door has not been told of what was sent before.
        doubtful = answer.status === 401 || answer.status === 403 ? before : null;
      }
      await take(answer, what);
    } catch {
      retry("your text is still here; we try again.");
    } finally {
      clearTimeout(clock);
    }
  };

  const save = (keepalive = false) => {
    clearTimeout(timer);
    timer = 0;
    if (flying || stopped || (!doubtful && !isDirty())) {
      return flying;
    }
    // What may or may not have arrived is sent again as it was: the same again saves nothing, and the answer
    // tells the version it has. Only then does what was typed since follow.
    const { data, what } = doubtful ?? { data: body(), what: typed() };
    flying = send(data, what, keepalive === true).finally(() => {
      flying = null;
      if (!stopped && isDirty()) {
        schedule();
      }
    });
    return flying;
  };

  const changed = () => {
    if (isDirty()) {
      schedule();
    }
  };

  // A page that was sent back holds what has not been saved yet.
  const isUnsaved = "autosaveUnsaved" in panel.dataset;
  saved = isUnsaved ? "" : typed();
  panel.hidden = false;
  if (isUnsaved) {
    schedule();
  }
  shown.textContent = last ? `Saved ${last} London time. This page saves by itself while you write.` : "This page saves by itself while you write.";
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("focusout", () => {
    if (!flying && isDirty()) {
      // A moment later, since it may be a button that takes the focus: then the button saves.
      clearTimeout(timer);
      timer = 0;
      schedule(BLUR);
    }
  });
  window.addEventListener("online", () => { if (doubtful || isDirty()) { save(); } });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && isDirty()) {
      save(true);
    }
  });
  window.addEventListener("pagehide", () => { if (!leaving && isDirty()) { save(true); } });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && (troubled || flying) && isDirty()) {
      event.preventDefault();
    }
  });
  // The button waits for what is under way, whose answer tells the version that the button builds on.
  form.addEventListener("submit", (event) => {
    leaving = true;
    clearTimeout(timer);
    if (!flying && !doubtful) {
      stopped = true;
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    const wait = new Promise((done) => { setTimeout(done, 4000); });
    Promise.race([flying ?? save(), wait]).finally(() => {
      stopped = true;
      doubtful = null;
      flying = null;
      form.requestSubmit(button);
    });
  });
}
