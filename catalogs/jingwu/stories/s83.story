story: 两人检查，重大隐患写明五落实，整改的人不复查 Two inspect; a major hazard needs who, how, money, time and plan; who mends does not recheck
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）铸造有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01, safety_key: true}}
  - {as: safety_chief, on: 2023-02-06, open: campaign, is: drive, with: {name: 有限空间专项, topic: spaces, starts: 2023-02-06, ends: 2023-03-31}}
  - {as: inspector, on: 2023-02-13, open: safety_check, is: check, with: {firm: "@firm", campaign: "@drive", found: [{what: 应急出口锁闭, part: 车间东门, grade: ordinary}, {what: 有限空间无通风, part: 地坑, basis: 有限空间作业规定, grade: major}]}}
when:
  - {as: inspector, on: 2023-02-13, move: check, of: check, with: {inspectors: 1, day: 2023-02-13}, refused: 两人以上}
  - {as: inspector, on: 2023-02-13, move: check, of: check, with: {inspectors: 2, day: 2023-02-13}}
  - {find: hazard, is: exit, with: {grade: ordinary}}
  - {find: hazard, is: pit, with: {grade: major}}
  - {as: inspector, on: 2023-02-14, move: order, of: pit, refused: 五落实}
  - {as: inspector, on: 2023-02-14, move: order, of: pit, with: {duty: 厂长负责，停产加装风机，四月十日前完成}, refused: 上报日}
  - {as: inspector, on: 2023-02-14, move: order, of: pit, with: {duty: 厂长负责，停产加装风机，四月十日前完成, reported_on: 2023-02-14}}
  - {as: inspector, on: 2023-02-14, move: order, of: exit}
  - {as: village, place: 付村, on: 2023-02-20, move: mend, of: exit}
  - {as: village, place: 付村, on: 2023-02-21, move: recheck, of: exit, refused: 安全检查员}
  - {as: inspector, on: 2023-02-21, move: redo, of: exit, reason: 又被堵占}
  - {as: village, place: 付村, on: 2023-02-23, move: mend, of: exit}
  - {as: inspector, on: 2023-02-24, move: recheck, of: exit}
  - {as: safety_chief, on: 2023-03-31, move: sum_up, of: drive, with: {summary: 查出两处，销号一处}}
then:
  - {of: pit, field: basis, is: 有限空间作业规定}
  - {of: pit, due: mend, is: 2023-04-14}
  - {of: drive, field: found, is: 2}
  - {of: drive, field: closed, is: 1}
  - {figure: campaigns, period: 2023-02, slice: topic=spaces, is: 1}
  - {figure: hazards_closed, period: 2023-02, slice: grade=ordinary, is: 1}
  - {figure: hazards_rate, period: 2023, is: 100}
  - {figure: firms_checked, period: 2023, place: 付村, is: 1}
---
story: 一般隐患十五日，延期至多十五日，逾期和漏查看得见 An ordinary hazard has fifteen days and at most fifteen more; what is late or missed is seen
given:
  - {as: economy, on: 2023-01-03, open: enterprise, is: firm, with: {name: （模拟）仓储有限公司, code: 91120111MA0A00000J, place: 姚村, registered: 2021-01-01, safety_key: true}}
  - {on: 2023-04-01}
  - {as: inspector, on: 2023-09-20, open: safety_check, is: check, with: {firm: "@firm", found: [{what: 消防通道堆物, grade: ordinary}]}}
  - {as: inspector, on: 2023-09-20, move: check, of: check, with: {inspectors: 2, day: 2023-09-20}}
  - {find: hazard, is: pile}
when:
  - {as: inspector, on: 2023-09-21, move: order, of: pile}
  - {as: safety_chief, on: 2023-09-22, move: extend, of: pile, reason: 设备未到, days: 20, refused: true}
  - {as: safety_chief, on: 2023-09-22, move: extend, of: pile, reason: 设备未到, days: 10}
then:
  - {of: pile, due: mend, is: 2023-10-15}
  - {on: 2023-10-16, figure: hazards_overdue, period: 2023, is: 1}
  - {figure: safety_checks_missed, period: 2023, is: 1}
  - {figure: hazards_closed, period: 2023, is: 0}
