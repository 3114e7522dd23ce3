story: 自评的人不验收，验收合格后授牌 Who assesses does not accept; the plate follows
when:
  - {as: ecology, on: 2023-03-01, open: waste_free, is: estate, with: {name: 国兴佳园无废小区, kind: estate, place: 国兴佳园, level: city}}
  - {as: ecology, on: 2023-03-06, move: build, of: estate}
  - {as: village, on: 2023-08-01, move: assess, of: estate, with: {items: [{item: 分类投放, full: 60, got: 55}, {item: 宣传, full: 40, got: 38}]}}
  - {as: ecology, on: 2023-09-20, move: accept, of: estate, with: {verdict: fail, accepted_on: 2023-09-20}, refused: 未通过}
  - {as: ecology, on: 2023-09-20, move: accept, of: estate, with: {verdict: pass, accepted_on: 2023-09-20}}
  - {as: deputy_mayor, on: 2023-10-16, move: award, of: estate}
then:
  - {of: estate, stage: awarded, field: self_mark, is: 93}
  - {figure: waste_estates, period: 2023-09, is: 1}
  - {figure: waste_sites, period: 2023, slice: level=city, is: 1}
---
story: 六十日未验收即逾期，未通过的不计 Acceptance is due in sixty days; who fails counts nowhere
given:
  - {as: ecology, on: 2023-03-01, open: waste_free, is: park, with: {name: 学府无废园区, kind: park, place: 学府园区, level: district}}
  - {as: ecology, on: 2023-03-06, move: build, of: park}
when:
  - {as: village, on: 2023-08-01, move: assess, of: park, with: {items: [{item: 固废台账, full: 100, got: 60}]}}
  - {on: 2023-10-01}
  - {as: ecology, on: 2023-10-16, move: fail, of: park, reason: 台账不全}
then:
  - {of: park, stage: failed}
  - {figure: waste_parks, period: 2023, is: 0}
  - {figure: waste_late, period: 2023, is: 0}
