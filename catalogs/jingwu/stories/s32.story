story: 收尾清单清零才能竣工验收 Housing is accepted when nothing is left to do
given:
  - {as: engineering, on: 2023-01-10, open: resettlement, is: homes, with: {name: 和兴佳园二期, place: 和兴佳园, blocks: 6, homes: 480}}
when:
  - {as: engineering, on: 2023-03-06, move: finish, of: homes, with: {left_over: [{what: 消防联动调试, ends: 2023-08-31}]}}
  - {as: planning, on: 2023-08-01, move: accept, of: homes, with: {accepted_on: 2023-08-01}, refused: 收尾清单未清}
  - {as: planning, on: 2023-08-28, move: accept, of: homes, with: {accepted_on: 2023-08-28, left_over: [{what: 消防联动调试, ends: 2023-08-31, closed: 2023-08-25}]}}
  - {as: village, on: 2023-09-11, move: choose, of: homes, note: 按协议顺序}
  - {as: village, on: 2023-09-12, open: home_choice, is: flat, with: {project: "@homes", who: 选房人甲, home: 2-301, day: 2023-09-12}}
  - {as: village, on: 2023-09-13, move: choose, of: flat}
  - {as: village, on: 2023-11-06, move: move_in, of: flat, note: 交钥匙}
then:
  - {figure: resettlement_homes, period: 2023, is: 480}
  - {of: homes, due: finish, is: 2023-09-02}
  - {figure: homes_moved_in, period: 2023, is: 1}
  - {of: homes, stage: choosing, field: chosen, is: 1}
---
story: 同一套房不能选两次，放弃后可再选 One home is chosen once; given up, it is free again
given:
  - {as: engineering, on: 2023-01-10, open: resettlement, is: homes, with: {name: 广兴佳园三期, place: 广兴佳园, blocks: 2, homes: 120}}
  - {as: village, on: 2023-09-12, open: home_choice, is: one, with: {project: "@homes", who: 选房人甲, home: 1-101, day: 2023-09-12}}
when:
  - {as: village, on: 2023-09-12, open: home_choice, with: {project: "@homes", who: 选房人乙, home: 1-101, day: 2023-09-12}, refused: 不得重复}
  - {as: village, on: 2023-09-14, move: give_up, of: one, with: {ended: 2023-09-14}, reason: 换选其他楼栋}
  - {as: village, on: 2023-09-15, open: home_choice, is: two, with: {project: "@homes", who: 选房人乙, home: 1-101, day: 2023-09-15}}
then:
  - {of: one, stage: given_up}
  - {of: two, stage: queued}
  - {figure: homes_moved_in, period: 2023, is: 0}
