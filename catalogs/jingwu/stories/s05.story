story: 单位未全部审核通过，普查区不能汇总 An area is summed only when all its units have passed
given:
  - {as: statistician, on: 2023-08-01, open: census_area, is: area, with: {name: 付村第一普查区, place: 付村, parts: 3}}
  - {as: statistician, on: 2023-08-02, move: start, of: area, with: {taker: 普查员甲}}
  - {as: census_taker, on: 2023-08-10, open: census_unit, is: shop, with: {area: "@area", name: （模拟）付村便民超市, kind: trader}}
when:
  - {as: statistician, on: 2023-09-01, move: count, of: area}
  - {as: census_taker, on: 2023-09-25, move: register, of: shop, with: {found: running}}
  - {as: statistician, on: 2023-09-26, move: sum, of: area, refused: 未审核通过}
  - {as: census_taker, on: 2023-09-26, move: pass, of: shop, refused: 统计员}
  - {as: statistician, on: 2023-09-28, move: pass, of: shop}
  - {as: statistician, on: 2023-10-09, move: sum, of: area}
then:
  - {of: area, stage: summed}
  - {figure: census_passed, period: 2023, slice: kind=trader, is: 1}
---
story: 查无的单位剔除后不计 A unit that is not there counts nowhere once struck off
given:
  - {as: statistician, on: 2023-08-01, open: census_area, is: area, with: {name: 姚村第一普查区, place: 姚村, parts: 2}}
  - {as: census_taker, on: 2023-08-10, open: census_unit, is: gone, with: {area: "@area", name: （模拟）已搬离的作坊, kind: trader}}
when:
  - {as: census_taker, on: 2023-09-27, move: register, of: gone, with: {found: absent}}
  - {as: statistician, on: 2023-10-08, move: strike, of: gone, reason: 实地查无}
then:
  - {of: gone, stage: struck}
  - {of: gone, due: review, is: 2023-10-08}
  - {figure: census_units, period: 2023, is: 0}
