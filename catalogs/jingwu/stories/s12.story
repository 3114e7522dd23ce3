story: 走访提出的问题自动登记并限期交办 A visit opens the firm's problems, each with an office and a day
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）精仪有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01, key_firm: true}}
when:
  - {as: economy, on: 2023-09-25, open: firm_visit, is: visit, with: {firm: "@firm", found: [{what: 一线操作工招聘难, kind: staff, office: labour_office}, {what: 扩建用地指标, kind: land, office: planning_office}]}}
  - {as: economy, on: 2023-09-25, move: visit, of: visit, with: {day: 2023-09-25, way: visit, summary: 生产平稳，急需用工}}
  - {find: firm_problem, is: staff, with: {kind: staff}}
  - {as: economy, on: 2023-09-26, move: assign, of: staff, with: {office: labour_office, level: town}}
  - {as: handler, office: labour_office, on: 2023-09-26, move: close, of: staff, refused: true}
  - {as: handler, office: labour_office, on: 2023-10-08, move: answer, of: staff, with: {answer: 已推荐18人, solved: solved}}
  - {as: economy, on: 2023-10-09, move: call_back, of: staff, with: {answer_rating: very, result_rating: good}}
  - {as: economy, on: 2023-10-10, move: close, of: staff}
then:
  - {figure: firm_visits, period: 2023, is: 1}
  - {figure: firm_problems_closed, period: 2023-10, slice: kind=staff, is: 1}
  - {figure: firm_problems_rate, period: 2023, is: 100}
  - {figure: firm_problems_open, period: 2023, is: 1}
---
story: 重点企业当季未走访记为漏访，免访不计 A key firm not visited in its quarter is missed; an excused visit is not
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）恒测有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01, key_firm: true}}
when:
  - {on: 2023-04-01, find: firm_visit, is: second}
  - {on: 2023-07-01, find: firm_visit, is: third}
  - {as: economy, on: 2023-07-10, move: excuse, of: third, reason: 企业正在搬迁}
then:
  - {of: second, due: plan, is: 2023-06-30}
  - {on: 2023-10-09, figure: firm_visits_missed, period: 2023, is: 1}
  - {of: third, stage: excused}
