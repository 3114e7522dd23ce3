story: 检查打分并生成问题，整改由检查方复查 A check scores the village and opens its problems
when:
  - {on: 2023-09-01, find: village_sweep, is: sweep, with: {village: 付村}}
  - {as: rural, on: 2023-09-19, move: check, of: sweep, with: {items: [{area: waste, full: 50, points: 60}]}, refused: 超过满分}
  - {as: rural, on: 2023-09-19, move: check, of: sweep, with: {items: [{area: waste, full: 60, points: 54}, {area: toilets, full: 40, points: 36}]}}
  - {as: village, on: 2023-09-19, open: village_problem, is: pile, with: {village: 付村, what: 村口堆物, area: piles}}
  - {as: village, on: 2023-09-27, move: mend, of: pile}
  - {as: city_mgmt, on: 2023-09-28, move: close, of: pile}
  - {as: rural, on: 2023-09-28, move: notify, of: sweep}
then:
  - {figure: sweep_average, period: 2023, is: 90}
  - {figure: village_problems_closed, period: 2023, slice: area=piles, is: 1}
  - {of: sweep, stage: notified}
---
story: 整改十日，延期十日，仍未改即逾期 Ten days and ten more, then it is late
given:
  - {as: village, on: 2023-09-11, open: village_problem, is: shed, with: {village: 姚村, what: 私搭棚子, area: sheds}}
when:
  - {as: rural, on: 2023-09-20, move: extend, of: shed, reason: 住户外出, days: 10}
then:
  - {of: shed, due: mend, is: 2023-10-01}
  - {on: 2023-10-02, figure: village_problems_overdue, period: 2023, is: 1}
  - {figure: village_problems_closed, period: 2023, is: 0}
