// The results page: filters act in place, values are found by initials, a hit is read beside the
// list, and what is new since the last visit is told. Without this script the form does its work.
(function () {
  "use strict";

  var form = document.getElementById("search");
  if (!form || !window.fetch || !window.AbortController) return;
  var heading = document.getElementById("results");
  var line = heading.querySelector("[role=status]");
  var found = form.querySelector("[data-results]");
  var filters = document.getElementById("filters");
  var pending = null;
  var timer = 0;
  var place = here(); // the address of the results that are shown, or on their way by the history

  function here() { return window.location.pathname + window.location.search; }

  function tell(name) { document.dispatchEvent(new CustomEvent(name)); }

  // ── the address of what is ticked: only what differs from the default ──

  function asked() {
    var params = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      if (name === "q" && !value.trim()) return;
      if (name === "agency_op" && value === "any") return;
      params.append(name, value);
    });
    var query = params.toString();
    return form.getAttribute("action") + (query ? "?" + query : "");
  }

  function canonical(page) {
    var link = page.querySelector("link[rel=canonical]");
    if (!link) return "";
    var url = new URL(link.getAttribute("href"), window.location.href);
    return url.pathname + url.search;
  }

  // ── putting a fetched page in the place of this one, the reader's hands undisturbed ──

  function keepFacets() {
    var kept = {};
    filters.querySelectorAll("[data-facet]").forEach(function (facet) {
      var more = facet.querySelector("details");
      var find = facet.querySelector("[data-find]");
      kept[facet.dataset.facet] = { open: Boolean(more && more.open), find: find ? find.value : "" };
    });
    return kept;
  }

  function restoreFacets(kept) {
    filters.querySelectorAll("[data-facet]").forEach(function (facet) {
      var was = kept[facet.dataset.facet];
      var more = facet.querySelector("details");
      var find = facet.querySelector("[data-find]");
      if (find) find.hidden = false;
      if (!was) return;
      if (more && was.open) more.open = true;
      if (find && was.find) { find.value = was.find; sift(find); }
    });
  }

  function sameControl(control) {
    if (!control || !control.name || !filters.contains(control)) return null;
    return function () {
      return Array.prototype.filter.call(filters.querySelectorAll("input"), function (one) {
        return one.name === control.name && one.value === control.value;
      })[0];
    };
  }

  function put(page) {
    var fresh = page.getElementById("search");
    if (!fresh) return false;
    var again = sameControl(document.activeElement);
    var before = again ? document.activeElement.getBoundingClientRect().top : 0;
    var kept = keepFacets();
    form.querySelectorAll(":scope > input[type=hidden]").forEach(function (one) { one.remove(); });
    fresh.querySelectorAll(":scope > input[type=hidden]").forEach(function (one) {
      form.insertBefore(document.importNode(one, true), form.firstChild);
    });
    var freshFilters = page.getElementById("filters");
    filters.replaceChildren.apply(filters, imported(freshFilters));
    var toggle = form.querySelector(".toggle summary");
    var freshToggle = fresh.querySelector(".toggle summary");
    if (toggle && freshToggle) toggle.textContent = freshToggle.textContent;
    restoreFacets(kept);

    // The line stays the same element: that is what makes it a live region.
    var freshFound = fresh.querySelector("[data-results]");
    var freshHeading = page.getElementById("results");
    if (line.textContent !== freshHeading.textContent) line.textContent = freshHeading.textContent;
    var bar = heading.parentNode;
    while (heading.nextSibling) heading.nextSibling.remove();
    var rest = freshHeading.nextSibling;
    for (; rest; rest = rest.nextSibling) bar.appendChild(document.importNode(rest, true));
    while (bar.nextSibling) bar.nextSibling.remove();
    var freshBar = freshHeading.parentNode;
    for (rest = freshBar.nextSibling; rest; rest = rest.nextSibling) found.appendChild(document.importNode(rest, true));
    ["library", "sequence", "check"].forEach(function (name) {
      if (freshFound.dataset[name]) found.dataset[name] = freshFound.dataset[name];
    });

    document.title = page.title;
    ["link[rel=canonical]", "link[rel=alternate]"].forEach(function (selector) {
      var old = document.querySelector(selector);
      var link = page.querySelector(selector);
      if (old && link) old.setAttribute("href", link.getAttribute("href"));
    });
    var ask = document.querySelector("[data-ask]");
    var freshAsk = page.querySelector("[data-ask]");
    if (ask && freshAsk && document.activeElement !== ask) ask.value = freshAsk.value;

    closePreview(false);
    dress();
    var control = again && again();
    if (control) {
      control.focus({ preventScroll: true });
      window.scrollBy(0, control.getBoundingClientRect().top - before);
    }
    tell("gongwen:shown");
    tellNews();
    return true;
  }

  function imported(parent) {
    return Array.prototype.map.call(parent.childNodes, function (one) { return document.importNode(one, true); });
  }

  function load(address, how) {
    if (pending) pending.abort();
    var mine = pending = new AbortController();
    found.setAttribute("aria-busy", "true");
    return fetch(address, { credentials: "same-origin", signal: mine.signal }).then(function (answer) {
      if (answer.status !== 200 && answer.status !== 400) throw new Error(String(answer.status));
      if (new URL(answer.url).pathname !== form.getAttribute("action")) throw new Error("elsewhere");
      return answer.text();
    }).then(function (text) {
      if (mine !== pending) return;
      pending = null;
      found.removeAttribute("aria-busy");
      var page = new DOMParser().parseFromString(text, "text/html");
      if (!put(page)) throw new Error("no results");
      if (how.push) {
        place = (page.querySelector("[data-results]").dataset.check && canonical(page)) || address;
        if (place !== here()) {
          window.history.replaceState({ y: window.scrollY }, "");
          window.history.pushState({}, "", place);
        }
      }
      if (how.focus) {
        window.scrollTo(0, 0);
        heading.focus({ preventScroll: true });
      }
      if (how.y !== undefined) window.scrollTo(0, how.y);
    }).catch(function (error) {
      if (error.name === "AbortError" || mine !== pending && pending) return;
      window.location.href = address;
    });
  }

  form.addEventListener("change", function (event) {
    if (!filters.contains(event.target) || event.target.hasAttribute("data-find")) return;
    window.clearTimeout(timer);
    // An answer still under way knows nothing of this change, and would undo it.
    if (pending) pending.abort();
    pending = null;
    timer = window.setTimeout(function () { load(asked(), { push: true }); }, 120);
  });

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    window.clearTimeout(timer);
    load(asked(), { push: true, focus: true });
  });

  document.addEventListener("click", function (event) {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    var link = event.target.closest ? event.target.closest(".chip, .under a, .switch a, .pages a, .expansion a, a.offer, .years a") : null;
    if (!link || !form.contains(link)) return;
    var href = link.getAttribute("href") || "";
    var url = new URL(href, window.location.href);
    if (url.pathname !== form.getAttribute("action") || link.hasAttribute("download")) return;
    event.preventDefault();
    load(url.pathname + url.search, { push: true, focus: true });
  });

  window.addEventListener("popstate", function (event) {
    if (here() === place) return; // a step within the page, say to the filters
    place = here();
    load(place, { y: (event.state && event.state.y) || 0 });
  });

  // ── a long facet, found by name, other name or pinyin initials; never while composing ──

  function sift(find) {
    var facet = find.closest("[data-facet]");
    var wanted = find.value.trim().toLowerCase();
    var more = facet.querySelector("details");
    if (more && wanted) more.open = true;
    facet.querySelectorAll("label").forEach(function (label) {
      var box = label.querySelector("input[type=checkbox]");
      if (!box) return;
      var names = (label.textContent + " " + (label.dataset.names || "")).toLowerCase();
      label.hidden = Boolean(wanted) && !box.checked && names.indexOf(wanted) < 0;
    });
    if (find.dataset.find) seek(find, facet, wanted);
  }

  var seeking = 0;
  function seek(find, facet, wanted) {
    window.clearTimeout(seeking);
    facet.querySelectorAll("[data-sought]").forEach(function (old) {
      if (!old.querySelector("input").checked) old.remove();
    });
    if (!wanted) return;
    seeking = window.setTimeout(function () {
      var query = asked().split("?")[1] || "";
      fetch("/api/v1/facets/" + find.dataset.find + "?" + query + (query ? "&" : "") + "find=" + encodeURIComponent(wanted), { credentials: "same-origin" })
        .then(function (answer) { return answer.ok ? answer.json() : { values: [] }; })
        .then(function (answer) {
          if (find.value.trim().toLowerCase() !== wanted) return;
          var here = {};
          facet.querySelectorAll("input[type=checkbox]").forEach(function (box) { here[box.value] = true; });
          answer.values.slice(0, 30).forEach(function (value) {
            if (!here[value.value]) find.insertAdjacentElement("afterend", tick(find.dataset.find, value));
          });
        }).catch(function () { /* the listed values are still there */ });
    }, 200);
  }

  function tick(facet, value) {
    var label = document.createElement("label");
    var box = document.createElement("input");
    var name = document.createElement("span");
    var count = document.createElement("em");
    label.dataset.sought = "";
    box.type = "checkbox";
    box.name = facet;
    box.value = value.value;
    name.textContent = value.label;
    count.textContent = String(value.count);
    label.append(box, name, count);
    return label;
  }

  filters.addEventListener("input", function (event) {
    if (event.target.hasAttribute("data-find") && !event.isComposing) sift(event.target);
  });
  filters.addEventListener("compositionend", function (event) {
    if (event.target.hasAttribute("data-find")) sift(event.target);
  });
  filters.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && event.target.hasAttribute("data-find")) event.preventDefault();
  });

  // ── reading a hit beside the list ──

  var preview = null;
  var opener = null;

  function dress() {
    found.querySelectorAll("[data-hit] .acts").forEach(function (acts) {
      if (acts.querySelector("[data-preview]")) return;
      var button = document.createElement("button");
      button.type = "button";
      button.dataset.preview = "";
      button.setAttribute("aria-expanded", "false");
      button.textContent = "预览";
      acts.insertBefore(button, acts.querySelector(".why"));
    });
  }

  function closePreview(back) {
    if (!preview) return;
    preview.remove();
    form.classList.remove("has-preview");
    if (opener && opener.isConnected) {
      opener.setAttribute("aria-expanded", "false");
      if (back) opener.focus();
    }
    preview = opener = null;
  }

  function openPreview(button) {
    var same = opener === button;
    closePreview(false);
    if (same) return;
    var hit = button.closest("[data-hit]");
    var link = hit.querySelector("h2 a");
    fetch(link.href, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    }).then(function (text) {
      var page = new DOMParser().parseFromString(text, "text/html");
      var cited = page.querySelector(".p.cited");
      if (!cited || !button.isConnected) throw new Error("no paragraph");
      show(button, hit, link, cited, page.querySelector(".head h1"));
    }).catch(function () { window.location.href = link.href; });
  }

  function show(button, hit, link, cited, title) {
    preview = document.createElement("aside");
    preview.className = "preview";
    preview.tabIndex = 0;
    preview.setAttribute("aria-label", "预览");
    var bar = document.createElement("p");
    bar.className = "preview-bar";
    var whole = document.createElement("a");
    whole.href = link.href;
    whole.textContent = "打开全文";
    var close = document.createElement("button");
    close.type = "button";
    close.textContent = "关闭预览";
    close.addEventListener("click", function () { closePreview(true); });
    bar.append(whole, close);
    var name = document.createElement("p");
    name.className = "src";
    name.textContent = title ? title.textContent : "";
    preview.append(bar, name);
    around(cited).forEach(function (block) {
      var copy = document.importNode(block, true);
      copy.querySelectorAll(".do, .tag, .n").forEach(function (one) { one.remove(); });
      [copy].concat(Array.prototype.slice.call(copy.querySelectorAll("[id]"))).forEach(function (one) { one.removeAttribute("id"); });
      ["tabindex", "autofocus", "aria-label"].forEach(function (one) { copy.removeAttribute(one); });
      if (/^H\d$/.test(copy.tagName)) {
        var plain = document.createElement("p");
        plain.className = "preview-heading";
        plain.append.apply(plain, Array.prototype.slice.call(copy.childNodes));
        copy = plain;
      }
      preview.appendChild(copy);
    });
    opener = button;
    button.setAttribute("aria-expanded", "true");
    if (window.matchMedia("(min-width: 1180px)").matches) {
      form.classList.add("has-preview");
      form.appendChild(preview);
      hit.scrollIntoView({ block: "nearest" });
    } else {
      hit.appendChild(preview);
    }
    preview.focus({ preventScroll: true });
  }

  function around(cited) {
    var blocks = [cited];
    for (var one = cited.previousElementSibling, left = 3; one && left; one = one.previousElementSibling) {
      if (!one.matches(".p, h2, h3, h4, h5")) break;
      blocks.unshift(one);
      left -= 1;
    }
    for (var next = cited.nextElementSibling, more = 3; next && more; next = next.nextElementSibling) {
      if (!next.matches(".p, h3, h4, h5")) break;
      blocks.push(next);
      more -= 1;
    }
    return blocks;
  }

  found.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-preview]") : null;
    if (button) openPreview(button);
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || event.isComposing || !preview) return;
    closePreview(true);
    event.preventDefault();
  });

  // ── what is new since this search was last looked at; kept in this browser alone ──

  var KEY = "gongwen-seen";
  var MOST = 100;
  var told = {}; // within one visit the same is said again, not forgotten

  function seen() {
    try {
      var kept = JSON.parse(window.localStorage.getItem(KEY) || "[]");
      return Array.isArray(kept) ? kept.filter(function (one) { return one && typeof one.check === "string"; }) : [];
    } catch (error) { return []; }
  }

  function remember(check, library, sequence) {
    var kept = seen().filter(function (one) { return one.check !== check; });
    kept.push({ check: check, library: library, sequence: sequence });
    try { window.localStorage.setItem(KEY, JSON.stringify(kept.slice(-MOST))); } catch (error) { /* may be off */ }
  }

  function since(check, library) {
    if (told[check] !== undefined) return told[check];
    var key = KEY + check;
    var value;
    try { value = window.sessionStorage.getItem(key); } catch (error) { value = null; }
    if (value === null) {
      var last = seen().filter(function (one) { return one.check === check && one.library === library; })[0];
      value = last && Number.isInteger(last.sequence) ? String(last.sequence) : "";
      try { window.sessionStorage.setItem(key, value); } catch (error) { /* may be off */ }
    }
    told[check] = value;
    return value;
  }

  function tellNews() {
    var check = found.dataset.check;
    var sequence = Number(found.dataset.sequence);
    if (!check || new URLSearchParams(window.location.search).has("since")) return;
    var earlier = since(check, found.dataset.library);
    remember(check, found.dataset.library, sequence);
    if (earlier === "" || Number(earlier) >= sequence) return;
    fetch(check + (check.indexOf("?") < 0 ? "?" : "&") + "since=" + earlier, { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.json() : null; })
      .then(function (news) {
        if (!news || found.dataset.check !== check || found.querySelector(".news")) return;
        if (!news.added && !news.changed) return;
        var notice = document.createElement("p");
        notice.className = "notice news";
        notice.setAttribute("role", "status");
        notice.textContent = news.sentence;
        var link = document.createElement("a");
        link.href = news.url;
        link.textContent = "标出来";
        notice.append(" ", link);
        heading.parentNode.nextElementSibling.insertAdjacentElement("afterend", notice);
      }).catch(function () { /* nothing is said rather than something wrong */ });
  }

  filters.querySelectorAll("[data-find]").forEach(function (find) { find.hidden = false; });
  dress();
  tellNews();
})();
