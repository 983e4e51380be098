// Charts to explore, drawn from the tables beside them once they are looked at; without scripts the tables remain.

(() => {
  "use strict";

  const library = document.currentScript.dataset.library;
  let loading;

  const load = () => {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = library;
      script.onload = () => resolve(window.echarts);
      script.onerror = reject;
      document.head.append(script);
    });
    return loading;
  };

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const read = (table) =>
    [...table.querySelectorAll("tbody tr")].map((row) => ({
      label: row.querySelector("th").textContent.trim(),
      text: row.querySelector("td").textContent.trim(),
      value: row.dataset.number === "" ? null : Number(row.dataset.number),
    }));

  const marksOf = (place) =>
    (place.dataset.marks ?? "")
      .split(";")
      .filter(Boolean)
      .map((mark) => {
        const [value, name] = mark.split("|");
        return { yAxis: Number(value), name };
      });

  const options = (place, rows) => {
    const ink = colour("--ink");
    const soft = colour("--line");
    const accent = colour("--accent");
    const text = { color: ink, fontFamily: getComputedStyle(document.body).fontFamily };
    const marks = marksOf(place);
    return {
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      textStyle: text,
      grid: { left: 8, right: 8, top: 24, bottom: 8, containLabel: true },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        backgroundColor: colour("--surface"),
        borderColor: colour("--line-strong"),
        textStyle: text,
        formatter: ([point]) => `${rows[point.dataIndex].label}\n${rows[point.dataIndex].text}`,
      },
      xAxis: {
        type: "category",
        data: rows.map((row) => row.label),
        axisLabel: { color: ink, hideOverlap: true },
        axisLine: { lineStyle: { color: soft } },
      },
      yAxis: {
        type: "value",
        scale: place.dataset.chart === "line",
        max: marks.length ? 100 : undefined,
        axisLabel: { color: ink },
        splitLine: { lineStyle: { color: soft } },
      },
      series: [
        {
          type: place.dataset.chart,
          data: rows.map((row) => row.value),
          itemStyle: { color: accent },
          lineStyle: { color: accent, width: 2 },
          areaStyle: place.dataset.chart === "line" ? { color: colour("--accent-soft") } : undefined,
          symbolSize: 6,
          markLine: marks.length
            ? {
                silent: true,
                symbol: "none",
                data: marks,
                lineStyle: { color: ink },
                label: { formatter: "{b}", position: "insideEndTop", color: ink },
              }
            : undefined,
        },
      ],
    };
  };

  const draw = async (place) => {
    if (place.dataset.drawn) return;
    place.dataset.drawn = "yes";
    const table = document.getElementById(place.dataset.table);
    const echarts = await load();
    const rows = read(table);
    place.parentElement.classList.add("has-chart");
    const chart = echarts.init(place, null, { renderer: "svg" });
    chart.setOption(options(place, rows));
    new ResizeObserver(() => chart.resize()).observe(place);
  };

  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) for (const place of entry.target.querySelectorAll("[data-chart]")) draw(place);
    }
  });

  const watch = () => {
    for (const place of document.querySelectorAll("[data-chart]")) {
      const fold = place.closest("details");
      if (fold) fold.addEventListener("toggle", () => fold.open && draw(place));
      else watcher.observe(place.parentElement);
    }
  };

  document.addEventListener("htmx:afterSwap", watch);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", watch);
  else watch();
})();
