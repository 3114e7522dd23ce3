story: 紧急事项两小时响应，帮助后回访解除 An urgent matter has two hours; it is helped, visited and closed
given:
  - {as: grid_worker, on: 2023-03-06, open: minors_matter, is: now, with: {matter: care, urgency: now, source: round, site: 付村}}
when:
  - {as: village, place: 付村, on: 2023-03-06, move: help, of: now, with: {steps: [{kind: visit, day: 2023-03-06}]}, refused: 民政}
  - {as: welfare, on: 2023-03-06, move: help, of: now, with: {steps: [{kind: visit, day: 2023-03-06}]}}
  - {as: village, place: 付村, on: 2023-03-13, move: add, of: now, with: {steps: [{kind: visit, day: 2023-03-06}, {kind: counselling, day: 2023-03-13}]}}
  - {as: welfare, on: 2023-04-10, move: close, of: now, note: 情况稳定, refused: true}
  - {as: welfare, on: 2023-04-10, move: settle, of: now, with: {result: 亲属照料已落实}}
  - {as: welfare, on: 2023-05-08, move: close, of: now, note: 情况稳定}
then:
  - {of: now, stage: closed}
  - {figure: minors_closed, period: 2023-05, slice: matter=care, is: 1}
  - {figure: minors_late, period: 2023, is: 0}
---
story: 一般事项三个工作日，每月走访漏掉看得见，节点未完不能启用 An ordinary matter has three workdays; a missed round is seen; a station opens when its steps are done
given:
  - {as: village, place: 姚村, on: 2023-04-27, open: minors_matter, is: slow, with: {matter: school, urgency: ordinary, source: school, site: 姚村}}
  - {as: welfare, on: 2023-04-27, open: minors_station, is: station, with: {name: 姚村未成年人保护工作站, site: 姚村, ready_by: 2023-06-30}}
when:
  - {on: 2023-05-01, find: minors_round, is: round, with: {site: 姚村}}
  - {as: village, place: 姚村, on: 2023-05-10, move: walk, of: round, with: {homes: 42, told: 60}}
  - {as: welfare, on: 2023-05-10, move: start, of: station, with: {nodes: [{what: 场地, by_day: 2023-05-31}, {what: 挂牌, by_day: 2023-06-20}]}}
  - {as: welfare, on: 2023-05-31, move: report, of: station, with: {nodes: [{what: 场地, by_day: 2023-05-31, done_on: 2023-05-30}, {what: 挂牌, by_day: 2023-06-20}]}}
  - {as: welfare, on: 2023-05-31, move: open_up, of: station, refused: 还有节点未完成}
then:
  - {of: slow, due: answer, is: 2023-05-05}
  - {of: station, field: advance, is: 50}
  - {of: station, due: ready, is: 2023-06-30}
  - {figure: minors_late, period: 2023, is: 1}
  - {figure: minors_homes, period: 2023-05, is: 42}
  - {figure: minors_stations, period: 2023, is: 0}
