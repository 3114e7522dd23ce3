story: 投入按学段和办学性质计，报进度的人不验收 Money counts by level and owner; who reports the works does not accept them
given:
  - {as: education, on: 2023-01-09, open: school, is: school, with: {code: XX-01, name: （模拟）第三小学, stage_of: primary, owner: public, site: 付村, places: 900, opened_on: 2010-09-01}}
  - {as: education, on: 2023-01-09, open: school, is: nursery, with: {code: YY-01, name: （模拟）阳光幼儿园, stage_of: kindergarten, owner: private, site: 付村, places: 300, opened_on: 2015-09-01}}
  - {as: education, on: 2023-02-06, open: school_works, is: works, with: {name: 操场改造, school: "@school", site: 付村, kind: repair, need: 塑胶老化}}
when:
  - {as: education, on: 2023-02-13, move: approve, of: works, with: {budget: 300000, finish_by: 2023-08-25}, refused: true}
  - {as: deputy_mayor, on: 2023-02-13, move: approve, of: works, with: {budget: 300000, finish_by: 2023-08-25}}
  - {as: education, on: 2023-07-03, move: start, of: works}
  - {as: education, on: 2023-08-07, move: report, of: works, with: {progress_note: 面层完成}}
  - {as: finance, on: 2023-08-14, open: school_funding, with: {works: "@works", school: "@school", use: 工程款, source: district, amount: 280000, day: 2023-08-14}}
  - {as: education, on: 2023-08-21, move: accept, of: works, with: {adds: 0, inclusive: 0}, refused: true}
  - {as: engineering, on: 2023-08-21, move: accept, of: works, with: {adds: 40, inclusive: 40}}
then:
  - {of: works, field: spent, is: 280000.00}
  - {figure: primary_funding, period: 2023-08, slice: source=district, is: 280000}
  - {figure: school_places_new, period: 2023, is: 40}
  - {figure: inclusive_rate, period: 2023, is: 75}
---
story: 工期已过未验收即逾期，不予立项的不计 Works not accepted by their day are late; what is dropped counts nowhere
given:
  - {as: education, on: 2023-03-01, open: school_works, is: late, with: {name: 食堂扩建, site: 姚村, kind: extension}}
  - {as: education, on: 2023-03-01, open: school_works, is: no, with: {name: 围墙粉刷, site: 姚村, kind: repair}}
when:
  - {as: deputy_mayor, on: 2023-03-06, move: approve, of: late, with: {budget: 500000, finish_by: 2023-08-31}}
  - {as: education, on: 2023-03-07, move: drop, of: no, reason: 列入下年}
  - {as: education, on: 2023-07-03, move: start, of: late}
then:
  - {of: late, due: finish, is: 2023-08-31}
  - {on: 2023-09-01, figure: school_works_late, period: 2023, is: 1}
  - {figure: school_works_done, period: 2023, is: 0}
  - {figure: primary_funding, period: 2023, is: 0}
