story: 道路从筹划到移交，竣工人不验收 A road from the drawing to the hand-over
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）路桥有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: engineering, on: 2023-01-10, open: public_work, is: road, with: {name: 模拟道维修, kind: road_repair, place: 付村, length: 800}}
when:
  - {as: deputy_mayor, on: 2023-02-06, move: approve, of: road, with: {cost: 3000000}}
  - {as: engineering, on: 2023-02-20, move: tender, of: road}
  - {as: engineering, on: 2023-04-03, move: start, of: road, with: {builder: "@firm", price: 2800000, starts: 2023-04-01, ends: 2023-08-31}}
  - {as: engineering, on: 2023-06-05, move: progress, of: road, with: {progress: 60}}
  - {as: engineering, on: 2023-08-20, move: build, of: road}
  - {as: engineering, on: 2023-09-01, move: accept, of: road, with: {accepted_on: 2023-09-01}, refused: 竣工}
  - {as: engineering, who: 乙, on: 2023-09-01, move: accept, of: road, with: {accepted_on: 2023-09-01}}
  - {as: engineering, on: 2023-09-20, move: hand, of: road, with: {keeper: 区城管委}}
then:
  - {of: road, stage: handed}
  - {figure: roads_repaired, period: 2023, is: 1}
  - {figure: works_rate, period: 2023, is: 100}
  - {figure: works_open, period: 2023-07, slice: kind=road_repair, is: 1}
---
story: 退回整改后工期已过即为逾期 A work sent back to be mended past its day is late
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）市政有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: engineering, on: 2023-01-10, open: public_work, is: pipe, with: {name: 雨污混接改造, kind: mixed_pipe, place: 姚村}}
  - {as: engineering, on: 2023-02-06, move: approve, of: pipe, with: {cost: 900000}}
  - {as: engineering, on: 2023-02-20, move: tender, of: pipe}
  - {as: engineering, on: 2023-04-03, move: start, of: pipe, with: {builder: "@firm", price: 880000, starts: 2023-04-01, ends: 2023-08-31}}
when:
  - {as: engineering, on: 2023-08-20, move: build, of: pipe}
  - {as: engineering, on: 2023-08-25, move: mend, of: pipe, reason: 检查井未封堵}
  - {as: engineering, on: 2023-08-28, move: extend, of: pipe, reason: 雨季, days: 10, refused: 副镇长}
then:
  - {of: pipe, stage: building}
  - {of: pipe, due: build, is: 2023-08-31}
  - {on: 2023-09-04, figure: works_late, period: 2023, is: 1}
