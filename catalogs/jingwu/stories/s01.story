story: 任务认领、核验和评分由不同的人办 A task is claimed by its office, verified and marked by others
given:
  - {as: chief, office: economy_office, on: 2023-09-25, open: commitment, is: task, with: {code: T-1, section: 二/（一）, text: 推进重点项目, leader: economy_office, deadline: 2023-12-31}}
when:
  - {as: chief, office: welfare_office, on: 2023-09-26, move: claim, of: task, refused: 没有这条记录}
  - {as: chief, office: economy_office, on: 2023-09-26, move: claim, of: task}
  - {as: chief, office: economy_office, on: 2023-10-09, move: report, of: task, refused: true}
  - {as: chief, office: economy_office, on: 2023-11-20, move: submit, of: task, refused: true}
  - {as: chief, office: economy_office, on: 2023-11-21, move: submit, of: task, note: 年度任务已完成}
  - {as: chief, office: economy_office, on: 2023-11-22, move: verify, of: task, with: {verdict: 属实}, refused: 督查员}
  - {as: supervisor, on: 2023-11-23, move: verify, of: task, with: {verdict: 佐证齐全}}
then:
  - {of: task, stage: finished}
  - {of: task, due: finish, is: 2023-12-31}
  - {figure: commitments_all, period: 2023, is: 1}
---
story: 逾期未认领，国庆假期不计 A task nobody claims; the autumn holidays do not count
when:
  - {as: chief, office: engineering_office, on: 2023-09-25, open: commitment, is: task, with: {code: T-2, section: 二/（二）, text: 建设口袋公园, leader: engineering_office, deadline: 2023-09-30}}
then:
  - {of: task, due: claim, is: 2023-10-13}
  - {figure: commitments_overdue, period: 2023, is: 0}
  - {on: 2023-10-16, figure: commitments_overdue, period: 2023, is: 1}
