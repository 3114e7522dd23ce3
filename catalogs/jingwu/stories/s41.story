story: 巡查扣的是作业区的分，问题限三个工作日整治 A patrol takes points off an area, and its problems have three workdays
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）洁净有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: sanitation, on: 2023-09-01, open: work_area, is: area, with: {name: 付村大街, place: 付村, contractor: "@firm", area: 12000, since: 2023-09-01}}
  - {as: sanitation, on: 2023-09-27, open: area_patrol, is: patrol, with: {area: "@area", found: [{what: 垃圾桶满溢, kind: bin}]}}
when:
  - {as: sanitation, on: 2023-09-27, move: make, of: patrol, with: {day: 2023-09-27, points_off: 2}}
  - {find: street_problem, is: bin}
  - {as: sanitation, on: 2023-09-27, move: list, of: bin, with: {office: sanitation_office}}
  - {as: village, on: 2023-10-08, move: mend, of: bin}
  - {as: sanitation, on: 2023-10-08, move: accept, of: bin}
then:
  - {figure: area_points_off, period: 2023, is: 2}
  - {figure: street_closed, period: 2023-10, slice: kind=bin, is: 1}
  - {figure: street_rate, period: 2023, is: 100}
  - {figure: cleaned_area, period: 2023, is: 12000}
---
story: 清单点位没整治完，专项行动不能结束 A campaign ends when its list is done
given:
  - {as: sanitation, on: 2023-09-01, open: clean_campaign, is: drive, with: {name: 背街里巷清脏治乱, place: 姚村, starts: 2023-09-01, ends: 2023-09-28}}
  - {as: sanitation, on: 2023-09-04, open: street_problem, is: alley, with: {what: 巷口堆物, kind: alley, place: 姚村, campaign: "@drive"}}
when:
  - {as: sanitation, on: 2023-09-27, move: finish, of: drive, with: {summary: 完成}, refused: 未整治}
then:
  - {of: drive, due: finish, is: 2023-09-28}
  - {of: alley, due: mend, is: 2023-09-07}
  - {on: 2023-09-27, figure: street_overdue, period: 2023, is: 1}
  - {figure: clean_campaigns, period: 2023, is: 1}
