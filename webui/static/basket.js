// 报告篮: what a reader collects, kept in this browser alone. Without it every link still works.
(function () {
  "use strict";

  var KEY = "gongwen-basket";
  var MINE = "gongwen-basket-mine";
  var MOST = 200;
  var said = document.querySelector(".said");

  function read() {
    try {
      var kept = JSON.parse(window.localStorage.getItem(KEY) || "{}");
      var items = Array.isArray(kept.items) ? kept.items : [];
      return {
        title: typeof kept.title === "string" ? kept.title : "",
        items: items.filter(function (one) { return one && typeof one.name === "string"; })
          .map(function (one) { return { name: one.name, note: typeof one.note === "string" ? one.note : "" }; })
      };
    } catch (error) { return { title: "", items: [] }; }
  }

  function write(basket) {
    try {
      window.localStorage.setItem(KEY, JSON.stringify(basket));
      return true;
    } catch (error) { return false; } // storage may be off or full: the link does the work
  }

  function flag(value) {
    try {
      if (value === undefined) {
        var mine = window.sessionStorage.getItem(MINE);
        window.sessionStorage.removeItem(MINE);
        return Boolean(mine);
      }
      window.sessionStorage.setItem(MINE, value);
    } catch (error) { /* as above */ }
    return false;
  }

  function say(message) { if (said) said.textContent = message; }

  function at(basket, name) {
    return basket.items.findIndex(function (item) { return item.name === name; });
  }

  function address(basket) {
    var pairs = basket.title ? ["title=" + encodeURIComponent(basket.title)] : [];
    basket.items.forEach(function (item) {
      pairs.push("item=" + encodeURIComponent(item.name).replace(/%2F/g, "/"));
      if (item.note) pairs.push("note=" + encodeURIComponent(item.note));
    });
    return "/basket" + (pairs.length ? "?" + pairs.join("&") : "");
  }

  function show() {
    var basket = read();
    document.querySelectorAll("[data-basket-count]").forEach(function (count) {
      count.hidden = !basket.items.length;
      count.textContent = String(basket.items.length);
    });
    document.querySelectorAll("[data-basket]").forEach(function (link) {
      var here = at(basket, link.dataset.basket) >= 0;
      link.textContent = here ? "已加入" : "加入报告";
      link.setAttribute("role", "button");
      link.setAttribute("aria-pressed", String(here));
    });
  }

  document.addEventListener("click", function (event) {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    var link = event.target.closest ? event.target.closest("[data-basket]") : null;
    if (!link) return;
    var basket = read();
    var there = at(basket, link.dataset.basket);
    if (there >= 0) basket.items.splice(there, 1);
    else if (basket.items.length >= MOST) {
      event.preventDefault();
      say("报告篮最多放 " + MOST + " 项。");
      return;
    } else basket.items.push({ name: link.dataset.basket, note: "" });
    if (!write(basket)) return;
    event.preventDefault();
    show();
    say((there >= 0 ? "已移出报告篮" : "已加入报告篮") + "，共 " + basket.items.length + " 项");
  });
  window.addEventListener("storage", function (event) { if (event.key === KEY) show(); });
  window.addEventListener("pageshow", show);
  document.addEventListener("gongwen:shown", show);
  show();

  // ── the basket's own page ──

  var page = document.querySelector("[data-basket-page]");
  if (!page) return;
  var form = page.querySelector("[data-basket-form]");

  function shown() {
    var title = form.querySelector("[name=title]");
    return {
      title: title ? title.value.trim() : "",
      items: Array.prototype.map.call(page.querySelectorAll("[data-item]"), function (row) {
        return { name: row.dataset.item, note: row.querySelector("textarea").value.trim() };
      })
    };
  }

  var mine = flag();
  var here = shown();
  if (mine) { write(here); show(); }
  var kept = read();
  if (!mine && !window.location.search && kept.items.length) {
    window.location.replace(address(kept));
    return;
  }
  var own = mine || address(kept) === address(here) || (!kept.items.length && !here.items.length);

  if (!own && here.items.length) {
    var box = page.querySelector("[data-basket-shared]");
    box.hidden = false;
    page.querySelector("[data-basket-differs]").textContent = kept.items.length
      ? "这是链接里的报告篮，与你自己的（" + kept.items.length + " 项）不同。改动只影响这一页。"
      : "这是链接里的报告篮，还没有存到这台电脑。";
    var merge = page.querySelector("[data-basket-merge]");
    merge.hidden = !kept.items.length;
    page.querySelector("[data-basket-take]").textContent = kept.items.length ? "换成这一份" : "存为我的报告篮";
    page.querySelector("[data-basket-take]").addEventListener("click", function () {
      if (write(shown())) { own = true; box.hidden = true; show(); say("已存为我的报告篮"); }
    });
    merge.addEventListener("click", function () {
      var both = read();
      shown().items.forEach(function (item) { if (at(both, item.name) < 0 && both.items.length < MOST) both.items.push(item); });
      if (write(both)) window.location.href = address(both);
    });
  }

  form.addEventListener("submit", function (event) {
    form.querySelectorAll("textarea, [name=title], [name=add]").forEach(function (field) {
      if (!field.value.trim()) field.disabled = true; // an empty field says nothing in the address
    });
    window.setTimeout(function () {
      form.querySelectorAll(":disabled").forEach(function (field) { field.disabled = false; });
    }, 0);
    if (!own) return;
    if (event.submitter && event.submitter.hasAttribute("formaction")) write(shown());
    else flag("1");
  });
  window.addEventListener("pageshow", function () {
    form.querySelectorAll(":disabled").forEach(function (field) { field.disabled = false; });
  });
})();
