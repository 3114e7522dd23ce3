story: 验收计入建成，启用后按月报数、拨付补贴 A facility counts once accepted; its months are returned and paid for
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: runner, with: {name: （模拟）养老服务有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: welfare, on: 2023-02-01, open: care_site, is: canteen, with: {code: YL-01, name: 付村老人家食堂, kind: canteen, site: 付村, seats: 40}}
when:
  - {as: welfare, on: 2023-02-06, move: build, of: canteen, with: {ready_by: 2023-04-30}}
  - {as: engineering, on: 2023-04-20, move: accept, of: canteen, with: {built_on: 2023-04-18}}
  - {as: welfare, on: 2023-04-25, move: run, of: canteen, with: {started_on: 2023-04-25, operator: "@runner"}}
  - {on: 2023-05-01, find: care_month, is: may, with: {month: 2023-05}}
  - {as: village, place: 付村, on: 2023-06-01, move: report, of: may, with: {meals: 1200, guests: 0}}
  - {as: village, place: 付村, on: 2023-06-02, move: pay, of: may, with: {subsidy: 3000}, refused: true}
  - {as: finance, on: 2023-06-08, move: pay, of: may, with: {subsidy: 3000}}
then:
  - {figure: elder_canteens, period: 2023-03, is: 0}
  - {figure: elder_canteens, period: 2023-04, place: 付村, is: 1}
  - {figure: elder_meals, period: 2023-06, is: 1200}
  - {of: may, stage: paid}
---
story: 检查出的问题十五日整改，未整改完不能归档 Faults are mended in fifteen days and none may stay open
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: runner, with: {name: （模拟）养老服务有限公司, code: 91120111MA0A00000J, place: 姚村, registered: 2021-01-01}}
  - {as: welfare, on: 2023-02-01, open: care_site, is: care, with: {code: YL-02, name: 姚村日间照料中心, kind: day_care, site: 姚村, beds: 10}}
  - {as: welfare, on: 2023-02-06, move: build, of: care, with: {ready_by: 2023-03-31}}
  - {as: welfare, on: 2023-03-06, move: accept, of: care, with: {built_on: 2023-03-06}}
  - {as: welfare, on: 2023-03-10, move: run, of: care, with: {started_on: 2023-03-10, operator: "@runner"}}
when:
  - {on: 2023-04-01, find: elder_check, is: check, with: {facility: "@care"}}
  - {as: inspector, on: 2023-04-10, move: check, of: check, with: {officers: 2, faults: [{what: 灭火器过期, matter: fire}, {what: 留样不全, matter: food}]}}
  - {as: village, place: 姚村, on: 2023-04-14, move: mend, of: check, with: {faults: [{what: 灭火器过期, matter: fire, mended_on: 2023-04-13}, {what: 留样不全, matter: food}]}}
  - {as: inspector, on: 2023-04-17, move: close, of: check, refused: 还有问题未整改}
then:
  - {of: check, due: mend, is: 2023-04-25}
  - {of: check, field: open_faults, is: 1}
  - {on: 2023-04-26, figure: elder_overdue, period: 2023, is: 1}
  - {figure: elder_checks_done, period: 2023, is: 0}
  - {figure: elder_beds, period: 2023, slice: kind=day_care, is: 10}
