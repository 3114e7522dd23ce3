story: 活动开展后计入，旬报类型合计须相符，由综治核对 An event counts once held; the kinds add up; the grid centre checks
given:
  - {as: village, place: 付村, on: 2023-05-04, open: fraud_talk, is: talk, with: {topic: 防范刷单返利, way: stall, site: 付村, planned_on: 2023-05-16}}
when:
  - {on: 2023-05-11, find: fraud_count, is: ten}
  - {as: police, on: 2023-05-17, move: hold, of: talk, with: {day: 2023-05-16, people: 120}}
  - {as: police, on: 2023-05-22, move: report, of: ten, with: {warned: 40, unreached: 3, cases: 2, kinds: [{kind: rebate, cases: 1, lost: 8000}], stopped: 2000}, refused: 不符}
  - {as: police, on: 2023-05-22, move: report, of: ten, with: {warned: 40, unreached: 3, cases: 2, kinds: [{kind: rebate, cases: 1, lost: 8000}, {kind: loan, cases: 1, lost: 500}], stopped: 2000}}
  - {as: police, on: 2023-05-23, move: check, of: ten, refused: 网格派遣员}
  - {as: grid_desk, on: 2023-05-23, move: check, of: ten}
then:
  - {of: ten, stage: checked}
  - {figure: fraud_talks, period: 2023-05, slice: way=stall, is: 1}
  - {figure: fraud_reached, period: 2023, place: 付村, is: 120}
  - {figure: fraud_warned, period: 2023-05, is: 40}
  - {figure: fraud_cases, period: 2023, is: 2}
  - {figure: fraud_lost, period: 2023, is: 8500}
---
story: 零发案也要报，旬报十五日，取消的活动不计 A ten days without a case is returned too; returns have fifteen days; what is called off counts nowhere
given:
  - {as: village, place: 姚村, on: 2023-05-04, open: fraud_talk, is: off, with: {topic: 校园防骗, way: school, site: 姚村, planned_on: 2023-05-18}}
when:
  - {as: village, place: 姚村, on: 2023-05-17, move: cancel, of: off, reason: 学校考试}
  - {on: 2023-06-01, find: fraud_count, is: quiet}
  - {on: 2023-06-11, find: fraud_count, is: late}
  - {as: police, on: 2023-06-12, move: none, of: quiet, with: {warned: 12, unreached: 0, stopped: 0}}
  - {as: grid_desk, on: 2023-06-13, move: redo, of: quiet, reason: 劝阻数与派出所台账不符}
  - {as: police, on: 2023-06-14, move: none, of: quiet, with: {warned: 15, unreached: 0, stopped: 0}}
then:
  - {of: quiet, stage: reported, field: cases, is: 0}
  - {of: late, due: report, is: 2023-06-26}
  - {figure: fraud_warned, period: 2023-06, is: 15}
  - {figure: fraud_talks, period: 2023, is: 0}
