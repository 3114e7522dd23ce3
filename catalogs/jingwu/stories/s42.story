story: 污染源责令整改，由他人复查销号 A source is ordered to mend and closed by another
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）涂装有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2021-01-01}}
  - {as: ecology, on: 2023-08-01, open: pollution_source, is: source, with: {name: （模拟）喷涂车间, kind: voc, firm: "@firm", place: 付村, since: 2023-08-01}}
when:
  - {on: 2023-09-01, find: source_check, is: check}
  - {as: ecology, on: 2023-09-25, move: order, of: check, with: {day: 2023-09-25, found: 活性炭未更换, mend_by: 2023-10-10}}
  - {as: ecology, on: 2023-10-08, move: mend, of: check}
  - {as: ecology, on: 2023-10-09, move: close, of: check, note: 已更换, refused: 整改}
  - {as: ecology, who: 乙, on: 2023-10-09, move: close, of: check, note: 已更换}
then:
  - {figure: source_closed, period: 2023, slice: kind=voc, is: 1}
  - {figure: source_checks, period: 2023-09, is: 1}
  - {figure: source_overdue, period: 2023, is: 0}
  - {of: check, stage: closed}
---
story: 年均浓度用核定值，无效的日值不计优良天 The yearly mean is given; a faulty day counts nowhere
when:
  - {as: ecology, on: 2023-03-02, open: air_day, is: good, with: {station: 模拟站, day: 2023-03-01, aqi: 80, pm25: 40}}
  - {as: ecology, on: 2023-03-03, open: air_day, is: bad, with: {station: 模拟站, day: 2023-03-02, aqi: 60, pm25: 30}}
  - {as: ecology, on: 2023-03-04, move: drop, of: bad, reason: 设备故障}
  - {as: ecology, on: 2023-03-04, open: air_day, with: {station: 模拟站, day: 2023-03-01, aqi: 90, pm25: 45}, refused: 不得重复}
then:
  - {figure: good_days_counted, period: 2023-03, is: 1}
  - {figure: good_days, period: 2023, is: ""}
  - {of: bad, stage: faulty}
---
story: 治理任务由未办理的领导考核 A task is judged by who did not finish it
given:
  - {as: ecology, on: 2023-03-01, open: air_task, is: task, with: {what: 裸地苫盖, kind: dust, place: 精武镇, office: ecology_office, ends: 2023-11-30}}
when:
  - {as: ecology, on: 2023-03-06, move: start, of: task}
  - {as: ecology, on: 2023-10-16, move: note_month, of: task, with: {month_note: 完成八成}}
  - {as: ecology, on: 2023-11-20, move: finish, of: task, with: {result: 全部苫盖}}
  - {as: deputy_mayor, on: 2023-12-18, move: judge, of: task, note: 通过}
then:
  - {of: task, stage: judged}
  - {figure: air_tasks_open, period: 2023, is: 0}
