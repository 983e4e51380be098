// What scripts add to pages that work without them: keys, search within lists, copying, and partial updates' news.

(() => {
  "use strict";

  const root = document.documentElement;
  root.classList.add("has-scripts");

  const find = (selector) => document.querySelector(selector);
  const isWriting = (node) => Boolean(node?.closest?.("input, select, textarea, [contenteditable]"));

  const follow = (link) => {
    if (link) link.click();
    return Boolean(link);
  };

  const openMenus = () => [...document.querySelectorAll("details.menu[open], details.picker[open]")];

  const inFocus = () => document.activeElement?.closest?.("[data-metric]") ?? document;

  const explain = () => follow(inFocus().querySelector("[data-why]"));

  const compare = () => follow(inFocus().querySelector("[data-compare]"));

  const showYear = () => {
    const folds = [...inFocus().querySelectorAll("details[data-year]")];
    const isAnyShut = folds.some((fold) => !fold.open);
    for (const fold of folds) fold.open = isAnyShut;
    return folds.length > 0;
  };

  const search = () => {
    const box = find("[data-search]");
    if (box) {
      box.focus();
      return true;
    }
    const picker = find("details.picker");
    if (!picker) return false;
    picker.open = true;
    picker.querySelector("input[type=search]")?.focus();
    return true;
  };

  const escape = () => {
    const open = openMenus();
    if (open.length) {
      for (const menu of open) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
      return true;
    }
    return follow(find("#clear"));
  };

  const help = () => {
    const list = find("#keys");
    if (!list?.showModal) return false;
    list.showModal();
    return true;
  };

  const keys = {
    ArrowLeft: () => follow(find("#month-steps [rel=prev]")),
    ArrowRight: () => follow(find("#month-steps [rel=next]")),
    e: explain,
    l: showYear,
    x: compare,
    "/": search,
    "?": help,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || find("dialog[open]")) return;
    if (event.key === "Escape") {
      if (openMenus().length || (root.dataset.keys === "on" && !isWriting(event.target))) escape();
      return;
    }
    if (root.dataset.keys !== "on" || isWriting(event.target)) return;
    const act = keys[event.key] ?? keys[event.key.toLowerCase()];
    if (act?.()) event.preventDefault();
  });

  // Lists that are searched: choices whose text does not hold what is typed are hidden.
  document.addEventListener("input", (event) => {
    const list = event.target.dataset?.narrows && document.getElementById(event.target.dataset.narrows);
    if (!list) return;
    const wanted = event.target.value.trim().toLocaleLowerCase();
    for (const label of list.querySelectorAll("label")) {
      label.hidden = !label.textContent.toLocaleLowerCase().includes(wanted);
    }
  });
  // A search box within a form of filters is no filter itself.
  document.addEventListener("change", (event) => {
    if (event.target.dataset?.narrows) event.stopPropagation();
  }, true);

  const say = (text) => {
    const place = find("#announce");
    if (place) place.textContent = text;
  };

  const copy = async (text, from) => {
    try {
      await navigator.clipboard.writeText(text);
      say(`${text} ✓`);
      from.classList.add("copied");
      setTimeout(() => from.classList.remove("copied"), 1500);
      return true;
    } catch {
      return false;
    }
  };

  document.addEventListener("click", async (event) => {
    for (const menu of openMenus()) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const from = event.target.closest("[data-copy], [data-copy-text], [data-opens]");
    if (!from) return;
    if (from.dataset.opens) document.getElementById(from.dataset.opens)?.showModal();
    if (from.dataset.copyText) await copy(from.dataset.copyText, from);
    if (from.dataset.copy) await copy(document.getElementById(from.dataset.copy).textContent.trim(), from);
  });

  // Partial updates: say what has changed; where the server refused, show its page.
  document.addEventListener("htmx:afterSwap", () => say(find("#announcement")?.textContent ?? ""));
  document.addEventListener("htmx:responseError", (event) => {
    location.assign(event.detail.pathInfo?.finalRequestPath ?? location.href);
  });
})();
