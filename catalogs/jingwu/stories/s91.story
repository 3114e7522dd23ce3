story: 指标全部达标才能自查，自查的人不验收 A site checks itself when every item is met; who checks does not pass it
given:
  - {as: village, place: 付村, on: 2023-02-06, open: pilot_site, is: site, with: {name: 付村试点点位, site: 付村, year: 2023, accept_by: 2023-11-30}}
  - {as: grid_desk, on: 2023-02-07, move: build, of: site, refused: 还没有分解指标}
  - {as: grid_desk, on: 2023-02-07, open: pilot_item, is: item, with: {pilot: "@site", what: 议事厅每月开放, area: selfrule, finish_by: 2023-06-30}}
  - {as: grid_desk, on: 2023-02-08, move: build, of: site}
when:
  - {as: village, place: 付村, on: 2023-05-08, move: check, of: site, refused: 还有指标未达标}
  - {as: village, place: 付村, on: 2023-05-08, move: submit, of: item}
  - {as: village, place: 付村, on: 2023-05-09, move: accept, of: item, refused: 网格派遣员}
  - {as: grid_desk, on: 2023-05-09, move: redo, of: item, reason: 缺开放记录}
  - {as: village, place: 付村, on: 2023-05-15, move: submit, of: item}
  - {as: grid_desk, on: 2023-05-16, move: accept, of: item}
  - {as: village, place: 付村, on: 2023-06-05, move: check, of: site}
  - {as: panel, on: 2023-06-12, move: pass, of: site, with: {conclusion: 达到标准}}
then:
  - {of: site, stage: passed}
  - {figure: pilot_items_met, period: 2023-05, slice: area=selfrule, is: 1}
  - {figure: pilots_passed, period: 2023, place: 付村, is: 1}
---
story: 指标和验收各有期限，未通过的可重新创建 Items and acceptance have their days; a site that failed may try again
given:
  - {as: grid_desk, on: 2023-02-06, open: pilot_site, is: site, with: {name: 姚村试点点位, site: 姚村, year: 2023, accept_by: 2023-09-28}}
  - {as: grid_desk, on: 2023-02-06, open: pilot_item, is: late, with: {pilot: "@site", what: 智慧安防小区, area: smart, finish_by: 2023-04-28}}
  - {as: grid_desk, on: 2023-02-07, move: build, of: site}
when:
  - {on: 2023-05-04}   # past the day of the item
  - {as: village, place: 姚村, on: 2023-05-15, move: submit, of: late}
  - {as: grid_desk, on: 2023-05-16, move: accept, of: late}
  - {as: village, place: 姚村, on: 2023-06-05, move: check, of: site}
  - {as: panel, on: 2023-06-12, move: fail, of: site, with: {conclusion: 群众知晓率不足}, reason: 未达标准}
  - {as: grid_desk, on: 2023-06-19, move: again, of: site, with: {accept_by: 2023-12-15}}
then:
  - {of: late, due: meet, is: 2023-04-28}
  - {of: site, stage: building}
  - {of: site, due: accept, is: 2023-12-15}
  - {figure: pilots_open, period: 2023, is: 1}
  - {figure: pilots_passed, period: 2023, is: 0}
