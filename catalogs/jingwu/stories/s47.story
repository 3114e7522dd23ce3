story: 成活率不到八成五不验收，补植后验收 A planting is accepted when enough trees live
when:
  - {as: forester, on: 2023-02-20, open: planting, is: belt, with: {name: 津晋高速北侧补植, place: 津晋高速北侧}}
  - {as: village, on: 2023-03-20, move: plant, of: belt, with: {species: 白蜡, trees: 300, planted_on: 2023-03-18}}
  - {as: forester, on: 2023-08-01, move: accept, of: belt, with: {alive: 70, accepted_on: 2023-08-01}, refused: 成活率不足}
  - {as: village, on: 2023-08-10, move: replant, of: belt, note: 补植八十株, with: {trees: 380}}
  - {as: forester, on: 2023-09-11, move: accept, of: belt, with: {alive: 92, accepted_on: 2023-09-11}}
  - {as: forester, on: 2023-09-12, move: keep, of: belt, note: 移交养护}
then:
  - {figure: trees_planted, period: 2023, is: 380}
  - {figure: jinjin_trees, period: 2023-03, is: 380}
  - {of: belt, stage: kept}
---
story: 养护面积按接管至退出计，季度考核漏了看得见 Woods count while they are kept; a missed check is seen
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）绿养有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: forester, on: 2023-03-01, open: forest_plot, is: wood, with: {name: 模拟片林, kind: stand, place: 付村, area: 60, since: 2023-03-01}}
  - {as: forester, on: 2023-03-02, move: keep, of: wood, with: {keeper: "@firm", standard: 二级}}
when:
  - {on: 2023-04-01, find: care_check, is: check}
  - {on: 2023-07-10}
  - {as: forester, on: 2023-11-20, move: end, of: wood, with: {ended: 2023-11-15}, reason: 移交区里}
then:
  - {of: check, due: plan, is: 2023-06-30}
  - {figure: care_missed, period: 2023-07, is: 1}
  - {figure: woods_kept, period: 2023-10, slice: kind=stand, is: 60}
  - {figure: woods_kept, period: 2023, is: 0}
