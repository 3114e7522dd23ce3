story: 备案、建设、并网、计量 A roof is filed, built, linked and metered
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）光伏有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
when:
  - {as: economy, on: 2023-03-01, open: solar_project, is: roof, with: {name: 模拟屋顶光伏, kind: roof, place: 付村, owner: "@firm"}}
  - {as: economy, on: 2023-04-03, move: file, of: roof, with: {record_no: 备-1, capacity: 400, filed_on: 2023-04-03}}
  - {as: economy, on: 2023-04-10, move: link, of: roof, with: {built_on: 2023-04-10, linked_on: 2023-04-10}, refused: true}
  - {as: economy, on: 2023-07-10, move: build, of: roof, with: {firm: "@firm"}}
  - {as: economy, on: 2023-09-28, move: link, of: roof, with: {built_on: 2023-09-20, linked_on: 2023-09-28}}
  - {as: economy, on: 2023-10-09, move: meter, of: roof, with: {meter_no: JL-1}}
then:
  - {figure: solar_linked, period: 2023, slice: kind=roof, is: 1}
  - {figure: solar_capacity, period: 2023-09, is: 400}
  - {figure: solar_building, period: 2023-08, is: 1}
  - {of: roof, stage: metered}
---
story: 九十日未并网即逾期，未实施的不计 A project not linked in ninety days is late
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）光建有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: economy, on: 2023-03-01, open: solar_project, is: wall, with: {name: 模拟幕墙光伏, kind: building, place: 付村}}
  - {as: economy, on: 2023-04-03, move: file, of: wall, with: {record_no: 备-2, capacity: 90, filed_on: 2023-04-03}}
when:
  - {as: economy, on: 2023-07-03, move: build, of: wall, with: {firm: "@firm"}}
  - {on: 2023-10-09}
  - {as: economy, on: 2023-10-16, open: green_action, is: talk, with: {name: 节能宣传周, kind: talk, place: 精武镇}}
  - {as: ecology, on: 2023-10-20, move: hold, of: talk, with: {day: 2023-10-20, result: 覆盖二十家企业}}
then:
  - {of: wall, due: link, is: 2023-10-01}
  - {figure: solar_late, period: 2023, is: 1}
  - {figure: solar_capacity, period: 2023, is: 0}
  - {figure: green_actions, period: 2023, slice: kind=talk, is: 1}
