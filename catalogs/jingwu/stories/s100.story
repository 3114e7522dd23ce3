story: 计划下达、更新达标、自评，登记考核的不是自评的 A line is planned, held, assessed by itself, and the verdict is recorded by another
given:
  - {as: office, office: party_building, on: 2023-01-09, open: line_year, is: union, with: {work_line: union, year: 2023, name: 工会工作（模拟）, office: party_building, assess_by: 2023-11-30}}
  - {as: party, on: 2023-01-16, move: start, of: union, with: {goals: [{what: 建家验收}, {what: 送温暖}]}}
when:
  - {as: party, on: 2023-04-24, open: line_activity, with: {line_of: "@union", what: 技能比武, site: 学府园区, day: 2023-04-22, people: 80}}
  - {as: handler, office: party_building, on: 2023-06-05, move: report, of: union, with: {goals: [{what: 建家验收, met: true}, {what: 送温暖, met: false}]}}
  - {as: handler, office: rural_office, on: 2023-06-06, move: assess, of: union, refused: true}
  - {as: handler, office: party_building, on: 2023-11-20, move: assess, of: union}
  - {as: party, on: 2023-12-11, move: appraise, of: union, with: {verdict: good}}
then:
  - {of: union, stage: appraised, field: goals_met, is: 1}
  - {of: union, field: activities, is: 1}
  - {figure: line_activities, period: 2023-04, slice: work_line=union, is: 1}
  - {figure: line_goals_met, period: 2023-11, is: 1}
  - {figure: lines_appraised, period: 2023, slice: verdict=good, is: 1}
---
story: 自评期限已过即逾期，档案三十日接收、整理的人不接收 A line not assessed by its day is late; archives are taken in thirty days by another
given:
  - {as: office, office: archive_office, on: 2023-01-09, open: line_year, is: late, with: {work_line: archives, year: 2023, name: 档案工作（模拟）, office: archive_office, assess_by: 2023-06-30}}
  - {as: office, office: engineering_office, on: 2023-04-03, open: archive_transfer, is: box, with: {series: 工程档案, office: engineering_office, pieces: 120}}
  - {as: clerk, office: finance_office, on: 2023-04-03, open: archive_transfer, is: slow, with: {series: 会计档案, office: finance_office, pieces: 60}}
when:
  - {as: office, office: archive_office, on: 2023-02-06, open: line_year, with: {work_line: archives, year: 2023, name: 档案工作, office: archive_office, assess_by: 2023-06-30}, refused: 不得重复}
  - {as: office, office: engineering_office, on: 2023-04-10, move: take, of: box, with: {scanned: 120}, refused: 档案}
  - {as: auditor, on: 2023-04-10, move: take, of: box, with: {scanned: 120}}
then:
  - {of: slow, due: take, is: 2023-05-03}
  - {figure: archives_taken, period: 2023-04, is: 120}
  - {on: 2023-07-03, figure: lines_late, period: 2023, is: 1}
  - {figure: lines_appraised, period: 2023, is: 0}
