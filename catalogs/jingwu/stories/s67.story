story: 体育园验收启用，申报人不验收更新 A sports garden is accepted; who ordered does not accept
when:
  - {as: culture, on: 2023-02-01, open: public_facility, is: garden, with: {code: TY-01, name: 付村体育园, kind: sports_garden, site: 付村}}
  - {as: culture, on: 2023-06-20, move: accept, of: garden, with: {built_on: 2023-06-18}}
  - {as: village, on: 2023-08-01, open: facility_renewal, is: set, with: {what: 健身器材更新, facility: "@garden", sort: sports, sets: 2}}
  - {as: village, on: 2023-09-20, move: accept, of: set, with: {done_on: 2023-09-19, cost: 30000}, refused: 文旅}
  - {as: culture, on: 2023-09-20, move: accept, of: set, with: {done_on: 2023-09-19, cost: 30000}}
then:
  - {figure: sports_gardens, period: 2023-06, is: 1}
  - {figure: sports_renewed, period: 2023, is: 2}
  - {figure: facilities_usable, period: 2023, slice: kind=sports_garden, is: 1}
---
story: 报修十五日未修即逾期，取消的更新不计 A facility out of use is mended in fifteen days
given:
  - {as: culture, on: 2023-02-01, open: public_facility, is: court, with: {code: QC-01, name: 姚村球场, kind: court, site: 姚村}}
  - {as: culture, on: 2023-03-01, move: accept, of: court, with: {built_on: 2023-02-20}}
  - {as: culture, on: 2023-05-08, open: facility_renewal, is: off, with: {what: 篮架更新, facility: "@court", sort: sports, sets: 1}}
when:
  - {as: village, on: 2023-09-20, move: report, of: court, reason: 篮架倾斜}
  - {as: culture, on: 2023-09-21, move: drop, of: off, reason: 改为维修}
then:
  - {of: court, due: mend, is: 2023-10-05}
  - {on: 2023-10-07, figure: facilities_overdue, period: 2023, is: 1}
  - {figure: sports_renewed, period: 2023, is: 0}
