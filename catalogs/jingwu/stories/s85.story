story: 响应上堤、完成任务的堤段长度计入，未上堤的解除 A held section counts with its length; what was not manned is released
given:
  - {as: safety_chief, on: 2023-06-05, open: emergency_scheme, is: scheme, with: {name: 防汛预案（模拟）, hazard: flood}}
  - {as: safety_chief, on: 2023-06-06, move: issue, of: scheme, with: {issued_on: 2023-06-06, expires: 2026-06-05}}
  - {as: inspector, on: 2023-06-20, move: drill, of: scheme, with: {drills: [{day: 2023-06-19, people: 60}]}}
  - {as: river_office, on: 2023-06-05, open: levee_section, with: {code: D-01, name: 第一堤段（模拟）, section: 独流减河精武段第一堤段, start_km: 0, end_km: 0, since: 2023-06-05}, refused: 止桩应大于起桩}
  - {as: river_office, on: 2023-06-05, open: levee_section, is: first, with: {code: D-01, name: 第一堤段（模拟）, section: 独流减河精武段第一堤段, start_km: 0, end_km: 2.5, since: 2023-06-05}}
  - {as: river_office, on: 2023-06-05, open: levee_section, is: second, with: {code: D-02, name: 第二堤段（模拟）, section: 独流减河精武段第二堤段, start_km: 2.5, end_km: 4, since: 2023-06-05}}
when:
  - {as: safety_chief, on: 2023-07-31, open: emergency, is: flood, with: {name: 洪水过境（模拟）, hazard: flood, scheme: "@scheme", level: orange, began_on: 2023-07-31}}
  - {as: safety_chief, on: 2023-07-31, move: respond, of: flood, note: 全员上堤}
  - {on: 2023-08-01, find: levee_duty, is: duty, with: {levee: "@first"}}
  - {find: levee_duty, is: spared, with: {levee: "@second"}}
  - {as: river_chief, on: 2023-08-01, move: round, of: duty, with: {rounds: 2, people: 30}}
  - {as: river_chief, on: 2023-08-02, move: hold, of: duty, with: {rounds: 8, people: 96}}
  - {as: mayor, on: 2023-08-03, move: lift, of: flood, with: {moved_people: 12}}
then:
  - {of: spared, stage: released}
  - {of: flood, due: review, is: 2023-08-24}
  - {figure: levee_length, period: 2023-08, is: 2.5}
  - {figure: levee_people, period: 2023, is: 96}
  - {figure: emergencies, period: 2023, slice: hazard=flood, is: 1}
  - {figure: schemes_live, period: 2023, slice: hazard=flood, is: 1}
---
story: 险情两小时处置，排除的人不是抢险的人，物资出入相抵 A danger has two hours; who handles it does not close it; stock is the sum of its entries
given:
  - {as: safety_chief, on: 2023-07-03, open: emergency_stock, is: sacks, with: {what: 编织袋, site: 付村, least: 500}}
  - {as: inspector, on: 2023-07-03, open: stock_entry, with: {stock: "@sacks", pieces: 800, purpose: 采购入库, day: 2023-07-03}}
when:
  - {as: inspector, on: 2023-07-31, open: stock_entry, with: {stock: "@sacks", pieces: -300, purpose: 抢险领用, day: 2023-07-31}}
  - {as: village, place: 付村, on: 2023-07-31, open: danger_point, is: leak, with: {what: 堤脚渗水, kind: piping, site: 付村}}
  - {as: village, place: 付村, on: 2023-07-31, open: danger_point, is: tree, with: {what: 树木倒伏压线, kind: tree, site: 付村}}
  - {as: safety_chief, on: 2023-07-31, move: handle, of: leak}
  - {as: safety_chief, on: 2023-07-31, move: close, of: leak, refused: true}
  - {as: inspector, on: 2023-07-31, move: close, of: leak}
  - {as: safety_chief, on: 2023-07-31, open: duty_shift, with: {office: safety_office, day: 2023-07-31, events: 2}}
then:
  - {of: sacks, field: kept, is: 500}
  - {of: tree, due: handle, is: 2023-07-31}
  - {figure: dangers_removed, period: 2023-07, slice: kind=piping, is: 1}
  - {on: 2023-08-01, figure: dangers_overdue, period: 2023, is: 1}
