story: 接办、处理、回访、审核、提交由不同的人办 Taken in, handled, called back, reviewed and submitted by different people
when:
  - {as: desk, on: 2023-09-26, open: hotline_order, is: order, with: {title: 付村北口路灯不亮, kind: help, category: utility, content: 夜间出行不便, place: 付村, offices: [rural_office]}}
  - {as: desk, on: 2023-09-26, move: assign, of: order, with: {lead: engineering_office}}
  - {find: order_part, is: part}
  - {as: handler, office: engineering_office, on: 2023-09-27, move: answer, of: order, with: {contact_note: 已联系, answer: 已修复, outcome: solved}, refused: 还有协办}
  - {as: handler, office: rural_office, on: 2023-09-27, move: finish, of: part, with: {result: 线路已排查}}
  - {as: handler, office: engineering_office, on: 2023-09-28, move: answer, of: order, with: {contact_note: 已联系, answer: 已修复, outcome: solved}}
  - {as: caller_back, on: 2023-09-28, move: confirm, of: order, with: {reached: true}, refused: 须记解决否}
  - {as: caller_back, on: 2023-09-28, move: confirm, of: order, with: {reached: true, solved: solved, satisfied: good}}
  - {as: reviewer, on: 2023-10-07, move: submit, of: order, with: {review_note: 属实}}
then:
  - {of: order, stage: submitted}
  - {figure: hotline_done, period: 2023, slice: category=utility, is: 1}
  - {figure: hotline_in_time_rate, period: 2023, is: 100}
  - {figure: hotline_satisfied_rate, period: 2023, is: 100}
---
story: 五个工作日遇国庆顺延，重复来电并单 Five workdays over the holidays; a second call about the same is merged
when:
  - {as: desk, on: 2023-09-27, open: hotline_order, is: main, with: {title: 小区噪声, kind: complaint, category: noise, content: 夜间施工, place: 国兴佳园}}
  - {as: desk, on: 2023-09-27, move: assign, of: main, with: {lead: city_office}}
  - {as: desk, on: 2023-09-28, open: hotline_order, is: again, with: {title: 同一工地噪声, kind: complaint, category: noise, content: 夜间施工, place: 国兴佳园}}
  - {as: desk, on: 2023-09-28, move: merge, of: again, with: {into: "@again"}, refused: 不能并入}
  - {as: desk, on: 2023-09-28, move: merge, of: again, with: {into: "@main"}}
then:
  - {of: main, due: handle, is: 2023-10-10}
  - {of: again, stage: merged}
  - {on: 2023-10-11, figure: hotline_overdue, period: 2023, is: 1}
  - {figure: hotline_open, period: 2023, slice: category=noise, is: 1}
---
story: 退单限两个工作日 An order may be disputed within two workdays only
given:
  - {as: desk, on: 2023-05-08, open: hotline_order, is: order, with: {title: 界河漂浮物, kind: help, category: pollution, content: 河面有垃圾, place: 付村}}
  - {as: desk, on: 2023-05-08, move: assign, of: order, with: {lead: rural_office}}
when:
  - {as: handler, office: rural_office, on: 2023-05-12, move: refuse, of: order, reason: 不属本科室, with: {basis: 河段属邻镇}, refused: 已过退单时限}
then:
  - {of: order, stage: handling}
  - {figure: hotline_refused, period: 2023, is: 0}
