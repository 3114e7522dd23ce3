story: 巡访发现的问题派单、处置，由未处置的人核实 What a round finds is handled by one office and verified by the grid
when:
  - {as: grid_worker, on: 2023-09-28, open: visit_round, is: round, with: {grid: 付村第一网格, found: [{what: 路灯不亮, kind: facility}, {what: 楼道堆物, kind: safety}]}}
  - {as: grid_worker, on: 2023-09-28, move: make, of: round, with: {day: 2023-09-28, households: 60}}
  - {find: grid_problem, is: lamp, with: {kind: facility}}
  - {find: grid_problem, is: pile, with: {kind: safety}}
  - {as: grid_worker, on: 2023-09-28, move: settle, of: pile, with: {result: 当场清走}}
  - {as: grid_desk, on: 2023-09-28, move: assign, of: lamp, with: {office: engineering_office}}
  - {as: handler, office: city_office, on: 2023-09-28, move: handle, of: lamp, with: {result: 已修}, refused: true}
  - {as: handler, office: engineering_office, on: 2023-09-28, move: handle, of: lamp, with: {result: 已换灯}}
  - {as: grid_lead, on: 2023-09-28, move: verify, of: lamp}
then:
  - {figure: grid_visits, period: 2023-09, is: 60}
  - {figure: grid_closed, period: 2023, is: 2}
  - {figure: grid_closed, period: 2023, slice: kind=facility, is: 1}
  - {figure: grid_in_time_rate, period: 2023, is: 100}
---
story: 紧急问题两小时，一般问题二十四小时，不属实的不计 Danger has two hours, others a day; an unfounded one counts nowhere
when:
  - {as: grid_worker, on: 2023-05-05, open: grid_problem, is: gas, refused: true, with: {what: 燃气味, kind: safety}}
  - {as: grid_worker, on: 2023-05-05, open: grid_problem, is: gas, with: {what: 燃气味, kind: safety, grid: 付村第一网格, urgency: danger}}
  - {as: grid_worker, on: 2023-05-05, open: grid_problem, is: wall, with: {what: 围墙倾斜, kind: building, grid: 付村第一网格}}
  - {as: grid_desk, on: 2023-05-05, move: wrong, of: wall, reason: 现场查看并无倾斜}
then:
  - {of: gas, due: close, is: 2023-05-05}
  - {of: wall, stage: wrong}
  - {on: 2023-05-06, figure: grid_overdue, period: 2023, is: 1}
  - {figure: grid_closed, period: 2023, is: 0}
