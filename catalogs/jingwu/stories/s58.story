story: 巡检发现的故障报修、验收 A fault found on a round is repaired and accepted
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）运维有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: rural, on: 2023-09-01, open: water_facility, is: plant, with: {code: WS-01, name: 付村污水站, kind: sewage_station, site: 付村, keeper: "@firm"}}
  - {as: village, on: 2023-09-25, open: facility_round, is: round, with: {facility: "@plant", found: 曝气机异响}}
when:
  - {as: village, on: 2023-09-25, move: walk, of: round}
  - {find: water_fault, is: fault}
  - {as: rural, on: 2023-09-26, move: order, of: fault}
then:
  - {of: fault, due: mend, is: 2023-09-30}
  - {of: fault, field: source, is: round}
  - {figure: facility_rounds_done, period: 2023, slice: kind=sewage_station, is: 1}
  - {on: 2023-10-02, figure: water_faults_overdue, period: 2023, is: 1}
---
story: 水质有一项不达标即不达标，核定付费不超合同 One failed parameter fails the test; no more is paid than owed
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）水务有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: rural, on: 2023-01-09, open: water_facility, is: plant, with: {code: WS-02, name: 姚村污水站, kind: sewage_station, site: 姚村, keeper: "@firm"}}
when:
  - {as: ecology, on: 2023-05-08, open: water_test, with: {facility: "@plant", day: 2023-05-08, results: [{what: cod, value: 42, passed: true}, {what: ammonia, value: 9, passed: false}]}}
  - {as: ecology, on: 2023-06-08, open: water_test, with: {facility: "@plant", day: 2023-06-08, results: [{what: cod, value: 30, passed: true}]}}
  - {as: firm, on: 2023-07-03, open: upkeep_payment, is: bill, with: {keeper: "@firm", quarter: 2023-Q2, asked: 40000}}
  - {as: rural, on: 2023-07-10, move: appraise, of: bill, with: {points: 90, amount: 50000}, refused: 超过合同应付}
  - {as: rural, on: 2023-07-10, move: appraise, of: bill, with: {points: 90, amount: 38000}}
  - {as: finance, on: 2023-07-17, move: pay, of: bill}
then:
  - {figure: water_tests_rate, period: 2023, is: 50}
  - {figure: upkeep_paid, period: 2023, is: 38000}
  - {of: bill, stage: paid}
