story: 账实相符或处理差异后才能入账 A survey is booked when every difference is settled
given:
  - {as: rural, on: 2023-03-01, open: asset_survey, is: survey, with: {unit_name: 付村股份经济合作社, kind: collective, village: 付村, year: 2023, ends_on: 2023-09-30}}
when:
  - {as: village, on: 2023-04-03, move: count, of: survey, refused: 还没有清查明细}
  - {as: village, on: 2023-04-03, open: surveyed_item, is: house, with: {survey: "@survey", name: 办公用房, kind: assets, booked: 500000, counted: 500000}}
  - {as: village, on: 2023-04-03, open: surveyed_item, is: pump, with: {survey: "@survey", name: 水泵, kind: assets, booked: 20000, counted: 0}}
  - {as: village, on: 2023-04-10, move: accept, of: house}
  - {as: village, on: 2023-04-10, move: accept, of: pump, refused: 须写明处置}
  - {as: village, on: 2023-04-12, move: count, of: survey}
  - {as: rural, on: 2023-05-08, move: verify, of: survey, note: 实地盘点}
  - {as: rural, on: 2023-05-09, move: book, of: survey, refused: 差异未处理}
  - {as: rural, on: 2023-05-10, move: settle, of: pump, with: {cause: lost, remedy: 核销}}
  - {as: rural, on: 2023-05-11, move: book, of: survey}
  - {as: village, on: 2023-05-15, move: show, of: survey}
then:
  - {figure: surveys_done, period: 2023, slice: kind=collective, is: 1}
  - {figure: surveyed_gaps, period: 2023, slice: cause=lost, is: 1}
  - {figure: surveyed_value, period: 2023, is: 500000}
  - {of: survey, stage: shown, field: booked, is: 520000}
---
story: 到期没清完即逾期，退回重查 A survey not finished is late
given:
  - {as: rural, on: 2023-03-01, open: asset_survey, is: survey, with: {unit_name: 姚村下属企业, kind: company, village: 姚村, year: 2023, ends_on: 2023-09-30}}
  - {as: village, on: 2023-04-03, open: surveyed_item, with: {survey: "@survey", name: 存款, kind: funds, booked: 1000, counted: 1000}}
when:
  - {as: village, on: 2023-04-12, move: count, of: survey}
  - {as: rural, on: 2023-05-08, move: redo, of: survey, reason: 漏登设备}
then:
  - {of: survey, stage: ordered}
  - {on: 2023-10-08, figure: surveys_overdue, period: 2023, is: 1}
  - {figure: surveys_done, period: 2023, is: 0}
