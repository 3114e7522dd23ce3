story: 按分级督导，问题由企业整改、协管员复查 Businesses are visited by their tier; faults are mended and rechecked
given:
  - {as: food_inspector, on: 2023-01-09, open: food_business, is: noodle, with: {name: （模拟）面馆, licence: SP-01, kind: restaurant, tier: c, site: 付村, licensed_on: 2022-05-01, expires: 2027-04-30}}
when:
  - {on: 2023-04-01, find: food_visit, is: visit, with: {business: "@noodle"}}
  - {as: village, place: 付村, on: 2023-04-10, move: visit, of: visit, with: {found: [{what: 冷藏柜生熟混放, matter: storage}]}}
  - {find: food_fault, is: fault, with: {matter: storage}}
  - {as: village, place: 付村, on: 2023-04-14, move: mend, of: fault}
  - {as: village, place: 付村, on: 2023-04-17, move: close, of: fault, refused: 食品安全协管员}
  - {as: food_inspector, on: 2023-04-17, move: close, of: fault}
then:
  - {of: visit, stage: visited, field: tier, is: c}
  - {figure: food_visited, period: 2023-04, slice: tier=c, is: 1}
  - {figure: food_faults_closed, period: 2023, slice: matter=storage, is: 1}
  - {figure: food_visits_missed, period: 2023, is: 0}
---
story: 十日未整改即逾期，较大以下事故不打断连续年数 A fault has ten days; an ordinary accident does not break the years in a row
given:
  - {as: food_inspector, on: 2023-01-09, open: food_business, is: shop, with: {name: （模拟）便民超市, licence: SP-02, kind: shop, tier: a, site: 姚村, licensed_on: 2022-05-01, expires: 2027-04-30}}
  - {as: food_inspector, on: 2023-02-06, open: food_visit, is: visit, with: {business: "@shop", found: [{what: 货架有过期食品, matter: expired}, {what: 证照未悬挂, matter: licence}]}}
when:
  - {as: food_inspector, on: 2023-02-06, move: visit, of: visit}
  - {find: food_fault, is: stale, with: {matter: expired}}
  - {find: food_fault, is: paper, with: {matter: licence}}
  - {as: food_inspector, on: 2023-02-07, move: hand, of: stale, with: {transfer_no: 移〔2023〕模拟1}}
  - {as: food_inspector, on: 2023-03-06, open: food_accident, is: ill, with: {what: 聚餐后不适, grade: ordinary, site: 姚村, day: 2023-03-05}}
  - {as: safety_chief, on: 2023-03-06, move: close, of: ill, with: {ill: 3}, refused: 食品安全协管员}
  - {as: food_inspector, on: 2023-03-20, move: close, of: ill, with: {ill: 3}}
then:
  - {of: stale, stage: handed}
  - {of: paper, due: mend, is: 2023-02-16}
  - {figure: food_faults_overdue, period: 2023, is: 1}
  - {figure: food_grave, period: 2023, is: 0}
  - {figure: food_faults_closed, period: 2023, is: 0}
