story: 配合事项没办完，上级工程不能报完成 A work of a higher level is finished when the town's tasks are
when:
  - {as: engineering, on: 2023-03-01, open: upper_work, is: wind, with: {name: （模拟）风电示范项目, kind: wind, leader: 区发展改革委, place: 付村, capacity: 40, since: 2023-03-01}}
  - {as: planning, on: 2023-03-06, move: help, of: wind, with: {nodes: [{what: 送出线路, planned: 2023-11-30}]}}
  - {as: planning, on: 2023-03-07, open: upper_task, is: land, with: {work: "@wind", kind: land, what: 塔基用地协调, office: planning_office, ends: 2023-09-28}}
  - {as: handler, office: planning_office, on: 2023-03-08, move: take, of: land}
  - {as: engineering, on: 2023-06-01, move: finish, of: wind, refused: 未完成}
  - {as: handler, office: planning_office, on: 2023-09-25, move: close, of: land, with: {result: 协议全部签订}}
  - {as: engineering, on: 2023-11-20, move: finish, of: wind}
  - {as: deputy_mayor, on: 2023-11-27, move: tell, of: wind, with: {feedback: 镇级事项全部完成}}
then:
  - {of: wind, stage: told}
  - {figure: wind_capacity, period: 2023, is: 40}
  - {figure: upper_tasks_rate, period: 2023, is: 100}
---
story: 任务单到期未完成即逾期 A task past its day is late
given:
  - {as: engineering, on: 2023-03-01, open: upper_work, is: grid, with: {name: （模拟）变电站重建, kind: grid, leader: 区供电公司, place: 姚村, voltage: 500, since: 2023-03-01}}
when:
  - {as: planning, on: 2023-03-07, open: upper_task, is: talk, with: {work: "@grid", kind: talk, what: 施工便道协调, office: engineering_office, ends: 2023-05-31}}
then:
  - {of: talk, due: finish, is: 2023-05-31}
  - {on: 2023-06-01, figure: upper_tasks_late, period: 2023, is: 1}
  - {figure: wind_capacity, period: 2023, is: 0}
