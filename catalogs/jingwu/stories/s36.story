story: 原件退还才能送达，回访由他人做 Originals go back before the errand is handed over
given:
  - {as: grid_desk, on: 2023-03-01, open: errand_item, is: item, with: {name: 代办居住证明, window: 综合窗口, papers: 身份证、租房合同, days: 3, since: 2023-03-01}}
  - {as: window, on: 2023-03-02, move: list, of: item, note: 与窗口核对}
when:
  - {as: grid_worker, on: 2023-09-25, open: errand, is: paper, with: {item: "@item", grid: 付村第一网格, who: 委托人甲}}
  - {as: grid_worker, on: 2023-09-25, move: run, of: paper, with: {papers: [{what: 身份证, original: true}]}}
  - {as: window, on: 2023-09-27, move: get, of: paper, with: {result: done_well}}
  - {as: grid_worker, on: 2023-09-28, move: hand, of: paper, refused: 原件尚未退还}
  - {as: grid_worker, on: 2023-09-28, move: hand, of: paper, with: {papers: [{what: 身份证, original: true, back: true}]}}
  - {as: grid_desk, on: 2023-10-08, move: call, of: paper, with: {rating: good}}
then:
  - {figure: errands_done, period: 2023-09, is: 1}
  - {figure: errands_rate, period: 2023, is: 100}
  - {figure: errand_items, period: 2023, is: 1}
  - {of: paper, stage: called}
---
story: 自己拟列的不能自己列入；五个工作日未办即逾期 Who drafts an item does not list it; an errand has five workdays
given:
  - {as: grid_desk, on: 2023-03-01, open: errand_item, is: item, with: {name: 代办老年卡, window: 民政窗口, papers: 身份证, since: 2023-03-01}}
when:
  - {as: grid_desk, on: 2023-03-02, move: list, of: item, note: 列入, refused: 登记}
  - {as: grid_worker, on: 2023-09-26, open: errand, is: card, with: {item: "@item", grid: 付村第一网格, who: 委托人乙}}
then:
  - {of: item, stage: drafted}
  - {of: card, due: run, is: 2023-10-09}
  - {on: 2023-10-10, figure: errands_late, period: 2023, is: 1}
