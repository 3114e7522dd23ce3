story: 巡河发现的问题交办、整改、复核销号 A patrol finds a problem; it is mended and closed by the office
when:
  - {on: 2023-09-21, find: river_patrol, is: patrol, with: {level: town}}
  - {as: river_chief, on: 2023-09-22, move: walk, of: patrol, with: {day: 2023-09-22}}
  - {as: river_office, on: 2023-09-22, open: river_problem, is: litter, with: {what: 漂浮垃圾, kind: rubbish, section: 独流减河精武段第一堤段}}
  - {as: river_office, on: 2023-09-22, move: assign, of: litter, with: {office: rural_office}}
  - {as: river_chief, on: 2023-09-25, move: mend, of: litter, with: {result: 已打捞}}
  - {as: river_chief, on: 2023-09-26, move: close, of: litter, refused: 河长办}
  - {as: river_office, on: 2023-09-26, move: close, of: litter}
then:
  - {figure: river_patrols, period: 2023-09, slice: level=town, is: 1}
  - {figure: river_closed, period: 2023, slice: kind=rubbish, is: 1}
  - {of: litter, stage: closed}
---
story: 一周内没巡的记为漏巡，退回重改从退回日起算 A week without a patrol is missed
when:
  - {on: 2023-09-25, find: river_patrol, is: week, with: {level: village}}
  - {as: river_office, on: 2023-09-26, open: river_problem, is: net, with: {what: 地笼, kind: net, section: 独流减河精武段第一堤段}}
  - {as: river_chief, on: 2023-09-27, move: mend, of: net, with: {result: 已清除}}
  - {as: river_office, on: 2023-09-28, move: redo, of: net, reason: 仍有残留}
then:
  - {of: week, due: plan, is: 2023-10-01}
  - {of: net, stage: assigned}
  - {of: net, due: mend, is: 2023-10-13}
  - {on: 2023-10-14, figure: river_overdue, period: 2023, is: 1}
  - {of: week, stage: planned}
