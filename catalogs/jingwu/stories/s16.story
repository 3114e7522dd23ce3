story: 下达样本即向每家企业发问卷 Each sampled firm gets its own sheet
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）受访有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: economy, on: 2023-09-18, open: climate_survey, is: round, with: {name: 民营企业评营商环境, period: 2023, closes: 2023-10-15, firms: [{firm: "@firm"}]}}
when:
  - {as: economy, on: 2023-09-20, move: ask, of: round, with: {firms: [{firm: "@firm"}]}}
  - {find: climate_answer, is: sheet}
  - {as: economy, on: 2023-09-27, move: answer, of: sheet}
  - {as: economy, on: 2023-10-16, move: collect, of: round, with: {score: 96.5, weak: 融资便利度}}
  - {as: economy, on: 2023-11-06, move: mend, of: round, with: {measures: 每月银企对接}, refused: 回收}
  - {as: chief, office: economy_office, on: 2023-11-06, move: mend, of: round, with: {measures: 每月银企对接}}
then:
  - {of: round, stage: mended, field: answered, is: 1}
  - {figure: climate_rate, period: 2023, is: 100}
  - {figure: climate_surveys, period: 2023, is: 1}
---
story: 联系不上的企业记为无法填报 A firm that cannot be reached is excused and not waited for
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）失联有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: economy, on: 2023-09-18, open: climate_survey, is: round, with: {name: 年中测评, period: 2023, closes: 2023-10-15, firms: [{firm: "@firm"}]}}
  - {as: economy, on: 2023-09-20, move: ask, of: round, with: {firms: [{firm: "@firm"}]}}
when:
  - {find: climate_answer, is: sheet}
  - {as: economy, on: 2023-09-26, move: excuse, of: sheet, reason: 企业联系不上}
then:
  - {of: sheet, stage: excused}
  - {of: round, due: ask, is: 2023-10-15}
  - {figure: climate_waiting, period: 2023, is: 0}
