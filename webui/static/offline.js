// 公文检索（离线）: finds strings in the paragraphs beside this page. No server, no other host.
(function () {
  "use strict";

  var data = window.GONGWEN;
  var form = document.getElementById("ask");
  var box = document.getElementById("q");
  if (!data || !form) return;

  var PAGE = 20, AROUND = 110;
  var FACETS = window.innerWidth < 760 ? 4 : 12;
  var ROLES = { lead: "●", support: "○", joint: "△", sole: "■" };
  var NAMES = { lead: "牵头", support: "配合", joint: "共同", sole: "单独" };

  // ── folding: the same table as the program's, character by character ──

  var table = Object.create(null);
  var from = Array.from(data.fold.from), to = Array.from(data.fold.to);
  from.forEach(function (sign, at) { table[sign] = to[at]; });
  Array.from(data.fold.nothing).forEach(function (sign) { table[sign] = ""; });
  Object.keys(data.fold.several).forEach(function (sign) { table[sign] = data.fold.several[sign]; });

  function fold(text) {
    var folded = "";
    for (var sign of text) folded += sign in table ? table[sign] : sign;
    return folded;
  }

  function foldWithWay(text) {
    var folded = "", way = [], place = 0;
    for (var sign of text) {
      var form = sign in table ? table[sign] : sign;
      for (var at = 0; at < form.length; at += 1) way.push([place, place + sign.length]);
      folded += form;
      place += sign.length;
    }
    return { text: folded, way: way };
  }

  var foldedTexts = [];
  function foldedText(order) {
    if (foldedTexts[order] === undefined) foldedTexts[order] = fold(data.paragraphs[order][3]);
    return foldedTexts[order];
  }

  // ── the question: words, and strings between quotation marks ──

  function termsOf(line) {
    var terms = [], pattern = /["“”]([^"“”]*)["“”]|([^\s"“”]+)/g, found;
    while ((found = pattern.exec(line)) !== null) {
      var term = fold(found[1] !== undefined ? found[1] : found[2]);
      if (term && terms.indexOf(term) < 0) terms.push(term);
    }
    return terms;
  }

  function matching(terms) {
    var found = [];
    for (var order = 0; order < data.paragraphs.length; order += 1) {
      var text = foldedText(order);
      if (terms.every(function (term) { return text.indexOf(term) >= 0; })) found.push(order);
    }
    return found;
  }

  function names(order, wanted) {
    return data.paragraphs[order][4].some(function (pair) { return wanted.has(pair[0]); });
  }

  // ── the state lives in the address, so that going back restores it ──

  function readState() {
    var asked = new URLSearchParams(window.location.hash.slice(1));
    return { q: asked.get("q") || "", agencies: new Set(asked.getAll("agency").map(Number)) };
  }

  function addressOf(state) {
    var asked = new URLSearchParams();
    if (state.q) asked.set("q", state.q);
    state.agencies.forEach(function (agency) { asked.append("agency", String(agency)); });
    return "#" + asked.toString();
  }

  // ── showing ──

  function element(name, text, style) {
    var made = document.createElement(name);
    if (text) made.textContent = text;
    if (style) made.className = style;
    return made;
  }

  function marksIn(text, terms) {
    var folded = foldWithWay(text), ranges = [];
    terms.forEach(function (term) {
      var at = folded.text.indexOf(term);
      while (at >= 0) {
        ranges.push([folded.way[at][0], folded.way[at + term.length - 1][1]]);
        at = folded.text.indexOf(term, at + term.length);
      }
    });
    ranges.sort(function (one, other) { return one[0] - other[0]; });
    return ranges.reduce(function (merged, range) {
      var last = merged[merged.length - 1];
      if (last && range[0] <= last[1]) last[1] = Math.max(last[1], range[1]);
      else merged.push(range.slice());
      return merged;
    }, []);
  }

  function marked(text, terms) {
    var ranges = marksIn(text, terms), holder = document.createDocumentFragment();
    var start = 0, end = text.length;
    if (text.length > AROUND * 3 && ranges.length) {
      start = Math.max(0, ranges[0][0] - AROUND);
      end = Math.min(text.length, ranges[0][1] + AROUND * 2);
    }
    var done = start;
    if (start) holder.append("…");
    ranges.forEach(function (range) {
      if (range[0] < done || range[1] > end) return;
      holder.append(text.slice(done, range[0]), element("mark", text.slice(range[0], range[1])));
      done = range[1];
    });
    holder.append(text.slice(done, end));
    if (end < text.length) holder.append("…");
    return holder;
  }

  function card(order, terms) {
    var row = data.paragraphs[order], circular = data.circulars[row[0]];
    var hit = element("article", "", "hit"), title = element("h2"), link = element("a");
    link.href = "d/" + circular[0] + ".html#" + row[1];
    link.append(marked(row[3], terms));
    title.append(link);
    hit.append(title, element("p", row[2], "where"));
    var source = element("p", "", "src"), whole = element("a", circular[1]);
    whole.href = "d/" + circular[0] + ".html";
    source.append(whole);
    hit.append(source);
    var facts = element("p", "", "meta dot-list");
    circular.slice(2).forEach(function (fact) { if (fact) facts.append(element("span", fact)); });
    hit.append(facts);
    if (row[4].length) {
      var who = element("p", "", "who");
      row[4].forEach(function (pair) {
        var one = element("span", "", pair[1]), sign = element("i", ROLES[pair[1]]);
        sign.setAttribute("aria-hidden", "true");
        one.append(sign, " " + data.agencies[pair[0]]);
        one.append(element("span", "（" + NAMES[pair[1]] + "）", "unseen"));
        who.append(one);
      });
      hit.append(who);
    }
    return hit;
  }

  var answer = document.getElementById("answer"), list = document.getElementById("list");
  var heading = document.getElementById("results"), hits = document.getElementById("hits");
  var more = document.getElementById("more"), facet = document.getElementById("agencies");
  var shown = [], terms = [], until = 0;

  function showMore() {
    var next = shown.slice(until, until + PAGE);
    next.forEach(function (order) { hits.append(card(order, terms)); });
    until += next.length;
    more.hidden = until >= shown.length;
    more.textContent = "显示更多（还有 " + (shown.length - until) + " 段）";
  }

  function showFacet(found, state) {
    var counts = new Map();
    found.forEach(function (order) {
      new Set(data.paragraphs[order][4].map(function (pair) { return pair[0]; })).forEach(
        function (agency) { counts.set(agency, (counts.get(agency) || 0) + 1); });
    });
    state.agencies.forEach(function (agency) { if (!counts.has(agency)) counts.set(agency, 0); });
    var ranked = Array.from(counts).sort(function (one, other) {
      return other[1] - one[1] || (data.agencies[one[0]] < data.agencies[other[0]] ? -1 : 1);
    });
    while (facet.children.length > 1) facet.lastChild.remove();
    var rest = element("details"), summary = element("summary");
    ranked.forEach(function (pair, at) {
      var label = element("label"), tick = element("input");
      tick.type = "checkbox";
      tick.name = "agency";
      tick.value = String(pair[0]);
      tick.checked = state.agencies.has(pair[0]);
      label.append(tick, element("span", data.agencies[pair[0]]), element("em", String(pair[1])));
      (at < FACETS || tick.checked ? facet : rest).append(label);
    });
    if (rest.children.length) {
      summary.textContent = "显示更多（还有 " + rest.children.length + " 个）";
      rest.prepend(summary);
      facet.append(rest);
    }
    facet.parentNode.hidden = !ranked.length;
  }

  function run(focus) {
    var state = readState();
    box.value = state.q;
    terms = termsOf(state.q);
    var asked = terms.length > 0 || state.agencies.size > 0;
    answer.hidden = !asked;
    list.hidden = asked;
    if (!asked) return;
    var found = matching(terms);
    shown = state.agencies.size ? found.filter(function (order) { return names(order, state.agencies); }) : found;
    var circulars = new Set(shown.map(function (order) { return data.paragraphs[order][0]; }));
    heading.textContent = shown.length
      ? "找到 " + shown.length + " 段，来自 " + circulars.size + " 份文件"
      : "没有找到。请减少检索词，或换一种说法。";
    showFacet(found, state);
    hits.replaceChildren();
    until = 0;
    showMore();
    if (focus) heading.focus();
  }

  form.hidden = false;
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    window.location.hash = addressOf({ q: box.value.trim(), agencies: new Set() });
  });
  facet.addEventListener("change", function (event) {
    var state = readState(), agency = Number(event.target.value);
    if (event.target.checked) state.agencies.add(agency);
    else state.agencies.delete(agency);
    window.location.hash = addressOf(state);
  });
  more.addEventListener("click", showMore);
  window.addEventListener("hashchange", function () { run(true); });
  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox";
    if (event.key === "/" && !typing && !event.isComposing) { event.preventDefault(); box.focus(); }
  });
  run(false);
})();
