story: 纳管、监测、管控、评估、移出 A plot is listed, monitored, controlled, assessed and removed
when:
  - {as: ecology, on: 2023-01-10, open: risk_plot, is: plot, with: {name: 模拟关闭电镀厂地块, state: closed, place: 付村, listed: 2023-01-10}}
  - {as: ecology, on: 2023-01-16, move: monitor, of: plot, note: 列入年度监测}
  - {as: ecology, on: 2023-03-13, move: control, of: plot, with: {measures: 围挡和覆盖}}
  - {as: ecology, on: 2023-06-05, move: assess, of: plot, refused: 管控修复}
  - {as: ecology, who: 乙, on: 2023-06-05, move: assess, of: plot}
  - {as: planning, on: 2023-09-20, move: remove, of: plot, note: 达到用地要求, with: {removed: 2023-09-18}}
then:
  - {figure: risk_plots, period: 2023-08, slice: state=closed, is: 1}
  - {figure: risk_plots, period: 2023, is: 0}
  - {figure: risk_plots_removed, period: 2023-09, is: 1}
---
story: 采样的人不出报告；九十日未管控即到期 Who samples does not report; control is due in ninety days
given:
  - {as: ecology, on: 2023-01-10, open: risk_plot, is: plot, with: {name: 模拟优先监管地块, state: priority, place: 姚村, listed: 2023-01-10}}
  - {as: ecology, on: 2023-01-16, move: monitor, of: plot, note: 列入监测}
when:
  - {as: ecology, on: 2023-05-08, open: soil_test, is: test, with: {plot: "@plot", year: 2023}}
  - {as: ecology, on: 2023-05-09, move: sample, of: test, with: {day: 2023-05-09}}
  - {as: ecology, on: 2023-06-01, move: tell, of: test, with: {over: true}, refused: 采样}
  - {as: ecology, who: 乙, on: 2023-06-01, move: tell, of: test, with: {over: true}}
then:
  - {of: plot, due: control, is: 2023-04-16}
  - {figure: soil_tests, period: 2023, is: 1}
  - {figure: soil_over, period: 2023, is: 1}
