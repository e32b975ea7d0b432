// 公文检索: the one script. Every page works without it; it copies, jumps and tidies addresses.
(function () {
  "use strict";

  var said = document.querySelector(".said");
  var timer = 0;

  function say(message) {
    if (!said) return;
    said.textContent = message;
    window.clearTimeout(timer);
    timer = window.setTimeout(function () { said.textContent = ""; }, 4000);
  }

  function remember(key, value) {
    try { window.localStorage.setItem(key, value); } catch (error) { /* storage may be off */ }
  }

  function recall(key) {
    try { return window.localStorage.getItem(key); } catch (error) { return null; }
  }

  // ── copying: the clipboard, else the old command, else a box to copy from ──

  function copyByCommand(text, html) {
    function put(event) {
      event.preventDefault();
      event.clipboardData.setData("text/plain", text);
      if (html) event.clipboardData.setData("text/html", html);
      done = true;
    }
    var done = false;
    var box = document.createElement("textarea");
    var before = document.activeElement;
    box.value = text;
    box.className = "unseen";
    document.body.appendChild(box);
    box.select();
    document.addEventListener("copy", put, true);
    var ran = false;
    try { ran = document.execCommand("copy"); } catch (error) { ran = false; }
    document.removeEventListener("copy", put, true);
    box.remove();
    if (before && before.focus) before.focus({ preventScroll: true });
    return ran && done;
  }

  function offerBox(text, near) {
    var box = document.createElement("textarea");
    box.readOnly = true;
    box.rows = 3;
    box.value = text;
    box.setAttribute("aria-label", "请按 Ctrl+C 复制");
    near.appendChild(box);
    box.focus();
    box.select();
    say("浏览器不允许自动复制，请按 Ctrl+C。");
  }

  function copy(text, html, name, near) {
    function fallBack() {
      if (copyByCommand(text, html)) say("已复制" + name);
      else offerBox(text, near);
    }
    function copied() { say("已复制" + name); }
    var board = navigator.clipboard;
    if (board && board.write && window.ClipboardItem && html) {
      var item = {
        "text/plain": new Blob([text], { type: "text/plain" }),
        "text/html": new Blob([html], { type: "text/html" })
      };
      board.write([new ClipboardItem(item)]).then(copied, fallBack);
    } else if (board && board.writeText) {
      board.writeText(text).then(copied, fallBack);
    } else {
      fallBack();
    }
  }

  function addCopyButtons(panel) {
    panel.querySelectorAll("[data-style]").forEach(function (row) {
      if (row.querySelector("button")) return;
      var value = row.querySelector("dd");
      var term = row.querySelector("dt");
      var name = term.firstChild.firstChild.textContent.trim();
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = "复制";
      button.setAttribute("aria-label", "复制：" + name);
      button.addEventListener("click", function () {
        copy(value.textContent, value.dataset.html || "", "：" + name, row);
        panel.querySelectorAll("button.done").forEach(function (old) { old.className = ""; });
        button.className = "done";
      });
      term.appendChild(button); // between the pairs of a list nothing else may stand
    });
  }

  function openCites(link) {
    var home = link.closest("[data-hit], [data-p]");
    var open = home.querySelector("[data-cites]");
    if (open) {
      open.remove();
      link.setAttribute("aria-expanded", "false");
      return;
    }
    fetch(link.href, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    }).then(function (page) {
      var panel = new DOMParser().parseFromString(page, "text/html").querySelector("[data-cites]");
      if (!panel || home.querySelector("[data-cites]")) return;
      panel = document.importNode(panel, true);
      addCopyButtons(panel);
      home.appendChild(panel);
      link.setAttribute("aria-expanded", "true");
      var first = panel.querySelector("button");
      if (first) first.focus({ preventScroll: true });
      panel.scrollIntoView({ block: "nearest" });
    }).catch(function () { window.location.href = link.href; });
  }

  function dressCites() {
    document.querySelectorAll("[data-cites]").forEach(addCopyButtons);
    document.querySelectorAll("[data-cite]:not([role])").forEach(function (link) {
      link.setAttribute("role", "button");
      link.setAttribute("aria-expanded", "false");
    });
  }
  document.addEventListener("gongwen:shown", dressCites); // results that came in place
  dressCites();

  document.addEventListener("click", function (event) {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    var link = event.target.closest ? event.target.closest("[data-cite], [data-link]") : null;
    if (!link) return;
    event.preventDefault();
    if (link.hasAttribute("data-cite")) openCites(link);
    else copy(link.href, "", "链接", link.closest("[data-hit], [data-p]") || link.parentNode);
  });

  // ── the circular: the cited paragraph in view, from one match to the next ──

  var cited = document.querySelector(".p.cited");
  if (cited && !window.location.hash) {
    window.requestAnimationFrame(function () { cited.scrollIntoView({ block: "center" }); });
  }

  var found = document.querySelector("[data-found]");
  var at = 0;
  function jump(step) {
    var total = Number(found.dataset.found);
    at = (at - 1 + step + total) % total + 1;
    var mark = document.getElementById("found-" + at);
    if (mark) mark.scrollIntoView({ block: "center" });
    say("第 " + at + " 处，共 " + total + " 处");
  }
  if (found) {
    var first = found.querySelector("a");
    [["‹ 上一处", -1], ["下一处 ›", 1]].forEach(function (pair) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = pair[0];
      button.addEventListener("click", function () {
        if (!at && pair[1] < 0) at = 1;
        jump(pair[1]);
      });
      found.insertBefore(button, first);
    });
    first.remove();
  }

  // ── text size, for readers who want it larger ──

  var sizes = [["", "标准"], ["large", "大"], ["larger", "特大"]];
  var sizer = document.querySelector("button[data-size]");
  function setSize(value) {
    var size = sizes.filter(function (pair) { return pair[0] === value; })[0] || sizes[0];
    if (size[0]) document.documentElement.dataset.size = size[0];
    else delete document.documentElement.dataset.size;
    if (sizer) sizer.textContent = "字号：" + size[1];
    return size;
  }
  var size = setSize(recall("gongwen-size") || "");
  if (sizer) {
    sizer.hidden = false;
    sizer.addEventListener("click", function () {
      size = setSize(sizes[(sizes.indexOf(size) + 1) % sizes.length][0]);
      remember("gongwen-size", size[0]);
      say("字号：" + size[1]);
    });
  }

  // ── keys: never while typing, never while composing 汉字, and they can be switched off ──

  var off = document.querySelector("[data-keys-off]");
  var keysOff = recall("gongwen-keys") === "off";
  if (off) {
    off.closest("label").hidden = false;
    off.checked = keysOff;
    off.addEventListener("change", function () {
      keysOff = off.checked;
      remember("gongwen-keys", keysOff ? "off" : "on");
      say(keysOff ? "快捷键已关闭" : "快捷键已开启");
    });
  }

  function isTyping(target) {
    return Boolean(target && target.closest && target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"));
  }

  function step(selector, way) {
    var items = Array.prototype.slice.call(document.querySelectorAll(selector));
    if (!items.length) return;
    var now = items.findIndex(function (item) { return item.classList.contains("now") || item.contains(document.activeElement); });
    var next = items[now < 0 ? (way > 0 ? 0 : items.length - 1) : Math.min(items.length - 1, Math.max(0, now + way))];
    items.forEach(function (item) { item.classList.remove("now"); });
    next.classList.add("now");
    var link = next.querySelector("h2 a, a.n");
    if (link) link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  function press(selector) {
    var home = document.querySelector(".now") || document.querySelector(".p.cited") || document;
    var link = home.querySelector(selector);
    if (link) link.click();
  }

  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229) return;
    var ask = document.querySelector("[data-ask]");
    if (event.key === "Escape") {
      var open = document.querySelector("[data-hit] [data-cites], [data-p] [data-cites]");
      if (open && !isTyping(event.target)) open.remove();
      else if (event.target === ask) ask.blur();
      return;
    }
    if (keysOff || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    switch (event.key) {
      case "/": if (ask) { ask.focus(); ask.select(); } break;
      case "j": step("[data-hit]", 1); break;
      case "k": step("[data-hit]", -1); break;
      case "[": step("[data-p]", -1); break;
      case "]": step("[data-p]", 1); break;
      case "c": press("[data-cite]"); break;
      case "l": press("[data-link]"); break;
      case "a": press("[data-basket]"); break;
      case "p": press("[data-preview]"); break;
      case "?": document.querySelector('.foot a[href$="#keys"]').click(); break;
      default: return;
    }
    event.preventDefault();
  });
})();
