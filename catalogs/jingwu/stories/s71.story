story: 指标由人社中心下达，参保不超应保，核实的人不是更新的人 The centre sets the target; no more are insured than there are to insure
given:
  - {as: village, on: 2023-01-09, open: insurance_drive, with: {site: 付村, year: 2023, target: 900, finish_by: 2023-12-31}, refused: true}
  - {as: labour, on: 2023-01-09, open: insurance_drive, is: drive, with: {site: 付村, year: 2023, target: 900, finish_by: 2023-12-31}}
when:
  - {as: village, place: 付村, on: 2023-02-06, move: count, of: drive, with: {eligible: 950}}
  - {as: village, place: 付村, on: 2023-02-20, move: call, of: drive, with: {enrolled: 960}, refused: 超过应参保人数}
  - {as: village, place: 付村, on: 2023-02-20, move: call, of: drive, with: {enrolled: 700}}
  - {as: village, place: 付村, on: 2023-06-05, move: update, of: drive, with: {enrolled: 940, reasons: [{reason: elsewhere, people: 6}, {reason: unreached, people: 4}]}}
  - {as: labour, on: 2023-06-12, move: verify, of: drive, with: {enrolled: 940}}
  - {as: labour, on: 2023-06-12, open: insurance_help, with: {site: 付村, year: 2023, kind: subsistence, people: 30, amount: 10500, day: 2023-06-12}}
then:
  - {of: drive, stage: verified}
  - {figure: insured_target, period: 2023, is: 900}
  - {figure: insured_people, period: 2023-06, place: 付村, is: 940}
  - {figure: insured_rate, period: 2023, is: 98.95}
  - {figure: insured_helped, period: 2023, slice: kind=subsistence, is: 30}
---
story: 缴费截止未核实即逾期，同一村居同一年度只下达一次 A village not verified by the last day is late; one target a year
given:
  - {as: labour, on: 2023-01-09, open: insurance_drive, is: late, with: {site: 姚村, year: 2023, target: 800, finish_by: 2023-02-28}}
when:
  - {as: labour, on: 2023-01-10, open: insurance_drive, with: {site: 姚村, year: 2023, target: 810, finish_by: 2023-02-28}, refused: 不得重复}
  - {as: village, place: 姚村, on: 2023-02-06, move: count, of: late, with: {eligible: 860}}
then:
  - {of: late, due: finish, is: 2023-02-28}
  - {on: 2023-03-01, figure: insured_overdue, period: 2023, is: 1}
  - {figure: insured_people, period: 2023, is: 0}
