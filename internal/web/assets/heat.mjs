// Draws a figure by place and month where script runs; the bars beside it say the same.
const box = document.querySelector(".heat");
if (box) {
  const data = await (await fetch(box.dataset.grid)).json();
  if (!data.places || data.places.length < 2) {
    box.textContent = box.dataset.none;
  } else {
    const echarts = await import(box.dataset.echarts);
    if (data.places.length > 14) { box.classList.add("tall"); }
    const by = Math.pow(10, data.scale || 0);
    const cells = data.cells.map(([m, p, n]) => [m, p, n / by]);
    const most = Math.max(...cells.map((c) => c[2]), 1);
    const ink = "#565249";
    const chart = echarts.init(box, null, { renderer: "svg" });
    chart.setOption({
      animation: false,
      grid: { left: 110, right: 70, top: 8, bottom: 28 },
      tooltip: { formatter: (p) => `${data.places[p.value[1]]} ${data.months[p.value[0]]} ${p.value[2].toLocaleString()} ${data.unit}`, renderMode: "richText" },
      xAxis: { type: "category", data: data.months, axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: ink } },
      yAxis: { type: "category", data: data.places, inverse: true, axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: ink } },
      visualMap: { min: 0, max: most, calculable: false, orient: "vertical", right: 0, top: "middle", itemHeight: 120, textStyle: { color: ink }, inRange: { color: ["#f7f5f0", "#c9cfe4", "#7c88b5", "#2d3b69"] } },
      series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: "#fffefc", borderWidth: 2 } }],
    });
    new ResizeObserver(() => chart.resize()).observe(box);
  }
}
