story: 申请人不批复，挂牌后计入 Who applies does not approve; a committee counts when its plate is up
when:
  - {as: welfare, on: 2023-03-01, open: new_committee, is: board, with: {name: 慧智园社区居委会, place: 慧智园, homes: 1200}}
  - {as: welfare, on: 2023-04-03, move: apply, of: board, with: {group: 筹备组长甲}}
  - {as: welfare, on: 2023-05-08, move: approve, of: board, with: {approved_on: 2023-05-08}, refused: 申请}
  - {as: deputy_mayor, on: 2023-05-08, move: approve, of: board, with: {approved_on: 2023-05-08}}
  - {as: welfare, on: 2023-06-12, move: form, of: board, with: {rooms: 300}}
  - {as: welfare, on: 2023-07-03, move: open_up, of: board, with: {plate_on: 2023-07-01}}
  - {as: village, on: 2023-07-10, move: run, of: board, note: 正式办公}
then:
  - {figure: committees_opened, period: 2023-07, is: 1}
  - {figure: committees_open, period: 2023, is: 0}
  - {of: board, stage: running}
---
story: 口袋公园逾期未建成看得见，不实施的不计 A pocket park late in building is seen; one not built counts nowhere
given:
  - {as: engineering, on: 2023-02-01, open: pocket_park, is: park, with: {name: 成智路口袋公园, kind: park, place: 学府园区}}
  - {as: engineering, on: 2023-02-01, open: pocket_park, is: none, with: {name: 河边小游园, kind: park, place: 付村}}
when:
  - {as: engineering, on: 2023-03-01, move: design, of: park, with: {opinions: 增加座椅}}
  - {as: engineering, on: 2023-03-20, move: build, of: park, with: {cost: 260000}}
  - {as: deputy_mayor, on: 2023-03-21, move: drop, of: none, reason: 用地未落实}
then:
  - {of: park, due: build, is: 2023-09-16}
  - {on: 2023-09-18, figure: pocket_late, period: 2023, is: 1}
  - {figure: pocket_parks, period: 2023, is: 0}
  - {of: none, stage: dropped}
