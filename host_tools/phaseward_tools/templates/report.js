// Draws the figures in the colours of the page, again when the page turns dark or is printed.
"use strict";
(() => {
  const { figures, arrays } = JSON.parse(document.getElementById("figures").textContent);
  const PRINT_WIDTH_PX = 690, PRINT_SHARE = 0.72;
  const config = {
    responsive: true, displaylogo: false,
    displayModeBar: "hover",
    modeBarButtons: [["toImage"], ["zoom2d", "pan2d"], ["zoomIn2d", "zoomOut2d", "resetScale2d"]],
    toImageButtonOptions: { scale: 2 },
  };

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function themed(layout) {
    const ink = colour("--ink"), grid = colour("--grid"), card = colour("--card");
    const family = getComputedStyle(document.body).fontFamily;
    const changes = {
      font: { family, size: 12.5, color: ink }, paper_bgcolor: card, plot_bgcolor: card,
      hoverlabel: { bgcolor: card, bordercolor: colour("--line"), font: { family, color: ink } },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: colour("--muted"), activecolor: colour("--accent") },
    };
    for (const key of Object.keys(layout).filter((k) => /^[xy]axis\d*$/.test(k))) {
      changes[key] = { ...layout[key], gridcolor: grid, linecolor: colour("--line"),
        tickcolor: colour("--line"), automargin: false };
    }
    return { ...layout, ...changes };
  }

  // Equal arrays are stored once; traces name them by number.
  function resolve(trace) {
    for (const key of ["x", "y", "base"]) {
      if (trace[key] && trace[key].ref !== undefined) trace[key] = arrays[trace[key].ref];
    }
  }

  function draw(id) {
    figures[id].data.forEach(resolve);
    return Plotly.newPlot(id, figures[id].data, themed(figures[id].layout), config);
  }

  function recolour() {
    for (const id of Object.keys(figures)) {
      const now = document.getElementById(id).layout;
      const fresh = themed(figures[id].layout);
      const changes = { font: fresh.font, paper_bgcolor: fresh.paper_bgcolor,
        plot_bgcolor: fresh.plot_bgcolor, hoverlabel: fresh.hoverlabel, modebar: fresh.modebar };
      for (const key of Object.keys(now).filter((k) => /^[xy]axis\d*$/.test(k) && fresh[k])) {
        for (const part of ["gridcolor", "linecolor", "tickcolor"]) {
          changes[`${key}.${part}`] = fresh[key][part];
        }
      }
      Plotly.relayout(id, changes);
    }
  }

  function choose(event) {
    const id = event.target.dataset.figure;
    const choice = figures[id].choices[Number(event.target.value)];
    Plotly.restyle(id, { visible: choice.visible });
    document.getElementById(`${id}-caption`).textContent = choice.caption;
  }

  // On paper the width is known and two figures should share a page.
  function resize(width, share) {
    for (const id of Object.keys(figures)) {
      const height = Math.round(figures[id].layout.height * share);
      document.getElementById(id).style.height = `${height}px`;
      Plotly.relayout(id, { width, height });
    }
  }

  Promise.all(Object.keys(figures).map(draw)).then(() => {
    document.querySelectorAll("select[data-figure]").forEach((s) => s.addEventListener("change", choose));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
    addEventListener("beforeprint", () => { recolour(); resize(PRINT_WIDTH_PX, PRINT_SHARE); });
    addEventListener("afterprint", () => { recolour(); resize(null, 1); });
    document.documentElement.dataset.drawn = String(document.querySelectorAll(".plot .main-svg").length);
  });
})();
