// The script of the web page: cards beside numbers, folds that open for links, contents that open where there is room.

extension HTMLPage {
  /// Plain JavaScript; nothing is fetched, and the page reads without it.
  static let script = """
    "use strict";
    const card = document.getElementById("card");
    let owner = null;
    function row(word, text, isCode) {
      if (!text) return;
      const line = document.createElement("div");
      const name = document.createElement("b");
      name.textContent = word;
      const value = document.createElement(isCode ? "code" : "span");
      value.textContent = text;
      line.append(name, " ", value);
      card.append(line);
    }
    function show(number) {
      hide();
      owner = number;
      const facts = number.dataset;
      card.replaceChildren();
      row("number", facts.name + (facts.exact ? " = " + facts.exact : ""));
      row("made from", facts.from || "the notebook alone");
      row("source", facts.line);
      row("command", facts.command, true);
      row("again", facts.promise);
      card.hidden = false;
      number.setAttribute("aria-describedby", "card");
      const place = number.getBoundingClientRect();
      const width = Math.min(card.offsetWidth, innerWidth - 16);
      const left = Math.max(8, Math.min(place.left, innerWidth - width - 8));
      const below = place.bottom + 6;
      const fits = below + card.offsetHeight < innerHeight || place.top < card.offsetHeight + 12;
      card.style.left = left + "px";
      card.style.top = (fits ? below : place.top - card.offsetHeight - 6) + "px";
    }
    function hide() {
      if (owner) owner.removeAttribute("aria-describedby");
      owner = null;
      card.hidden = true;
    }
    for (const number of document.querySelectorAll("a.number")) {
      number.removeAttribute("title");
      number.addEventListener("mouseenter", () => show(number));
      number.addEventListener("mouseleave", hide);
      number.addEventListener("focus", () => show(number));
      number.addEventListener("blur", hide);
    }
    addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
    addEventListener("scroll", hide, { passive: true });
    function unfold() {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (!target) return;
      for (let part = target; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
      target.scrollIntoView({ block: "center" });
    }
    addEventListener("hashchange", unfold);
    if (location.hash) unfold();
    const wide = matchMedia("(min-width: 80rem)");
    const contents = document.getElementById("contents");
    const settle = () => { contents.open = wide.matches; };
    wide.addEventListener("change", settle);
    settle();
    """
}
