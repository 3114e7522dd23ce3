story: 开工要批复、用地、许可齐全且投资一致 A project starts with its papers and the approved sum, and comes to production
given:
  - {as: economy, on: 2023-01-10, open: key_project, is: plant, with: {name: （模拟）传感器生产线, kind: new, place: 学府园区, total: 80000000}}
  - {as: economy, on: 2023-01-12, move: reserve, of: plant, with: {start_by: 2023-03-01}}
when:
  - {as: economy, on: 2023-02-20, move: start, of: plant, with: {approval_total: 90000000}, refused: 不一致}
  - {as: economy, on: 2023-02-20, move: start, of: plant, with: {approval_total: 80000000, permit: null}, refused: true}
  - {as: economy, on: 2023-02-24, move: start, of: plant, with: {approval_total: 80000000, finish_by: 2023-10-31}}
  - {as: economy, on: 2023-03-20, move: build, of: plant}
  - {as: deputy_mayor, on: 2023-04-03, move: hasten, of: plant, refused: true}
  - {as: economy, on: 2023-10-20, move: finish, of: plant}
  - {as: economy, on: 2023-12-05, move: produce, of: plant}
then:
  - {of: plant, stage: producing}
  - {figure: projects_started, period: 2023-02, is: 1}
  - {figure: projects_finished, period: 2023, is: 1}
  - {figure: projects_producing, period: 2023, slice: kind=new, is: 1}
  - {figure: projects_hastened, period: 2023, is: 0}
---
story: 约定开工日已过仍在储备即为逾期 A project not begun by its contract day is late
when:
  - {as: economy, on: 2023-01-10, open: key_project, is: late, with: {name: （模拟）仓储改造, kind: upgrade, place: 付村, total: 20000000}}
  - {as: economy, on: 2023-01-12, move: reserve, of: late, with: {start_by: 2023-03-01}}
then:
  - {of: late, due: start, is: 2023-03-01}
  - {on: 2023-03-02, figure: projects_late, period: 2023, is: 1}
