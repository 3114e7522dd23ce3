story: 任务认领、报进展、核验和评分由不同的人办 A task is claimed by its office, proved, verified and marked by others
given:
  - {as: supervisor, on: 2023-09-25, open: commitment, is: task, with: {code: T-1, section: 二/（一）, text: 推进重点项目, leader: economy_office, deadline: 2023-12-31}}
when:
  - {as: chief, office: welfare_office, on: 2023-09-26, move: claim, of: task, refused: 没有这条记录}
  - {as: chief, office: economy_office, on: 2023-09-26, move: claim, of: task, with: {nodes: [{what: 第四季度, due: 2023-12-20}]}}
  - {as: chief, office: economy_office, on: 2023-10-09, move: report, of: task, refused: true}
  - {as: chief, office: economy_office, on: 2023-10-10, move: report, of: task, with: {news: 方案已定，正在施工}}
  - {as: chief, office: economy_office, on: 2023-11-20, move: submit, of: task, with: {news: 已完成}, refused: 还有节点未完成}
  - {as: chief, office: economy_office, on: 2023-11-21, move: report, of: task, with: {news: 完工, nodes: [{what: 第四季度, due: 2023-12-20, done: 2023-11-20}]}}
  - {as: chief, office: economy_office, on: 2023-11-22, move: submit, of: task, with: {news: 已完工，照片见佐证}}
  - {as: chief, office: economy_office, on: 2023-11-23, move: verify, of: task, with: {verdict: 属实}, refused: true}
  - {as: supervisor, on: 2023-11-24, move: verify, of: task, with: {verdict: 现场核验属实}}
  - {as: supervisor, on: 2023-12-20, move: mark, of: task, with: {mark: 96}}
then:
  - {of: task, stage: marked}
  - {of: task, field: progress, is: 100}
  - {figure: commitments_all, period: 2023, is: 1}
  - {figure: commitments_finished, period: 2023, is: 1}
---
story: 逾期未认领，国庆假期不计，到期自动交办、催办、督办 Nobody claims a task; the autumn holidays do not count; it is handed over, urged and pressed by the clocks
given:
  - {as: chief, office: engineering_office, on: 2023-09-25, open: commitment, is: task, with: {code: T-2, section: 二/（二）, text: 建设口袋公园, leader: engineering_office, deadline: 2023-12-31}}
when:
  - {on: 2023-10-16}
  - {find: supervision, is: sheet, with: {commitment: "@task"}}
  - {on: 2023-10-24}
  - {on: 2023-10-30}
then:
  - {of: task, due: claim, is: 2023-10-13}
  - {of: sheet, stage: pressed}
  - {of: task, field: urgings, is: 2}
  - {figure: supervisions, period: 2023, is: 1}
  - {figure: supervisions_pressed, period: 2023, is: 1}
  - {figure: supervisions_late, period: 2023, is: 1}
---
story: 认领了，催认领的督查单随之销号 Once claimed, the sheet that asked for it closes
given:
  - {as: chief, office: engineering_office, on: 2023-09-25, open: commitment, is: task, with: {code: T-8, section: 二/（二）, text: 整修街角绿地, leader: engineering_office, deadline: 2023-12-31}}
  - {as: supervisor, on: 2023-09-26, open: supervision, is: other, with: {commitment: "@task", note_text: 请报方案}}
when:
  - {on: 2023-10-16}
  - {find: supervision, is: sheet, with: {commitment: "@task"}}
  - {as: chief, office: engineering_office, on: 2023-10-17, move: claim, of: task}
then:
  - {of: sheet, stage: closed}
  - {of: task, field: sheets_open, is: 1}
---
story: 节点逾期亮灯，灯色说明依据，督查单反馈后销号 A late milestone changes the colour, which says why; the sheet is answered and closed
given:
  - {as: supervisor, on: 2023-01-10, open: commitment, is: task, with: {code: T-3, section: 一, text: 改造村居公厕, leader: engineering_office, deadline: 2023-12-31, nodes: [{what: 一季度, due: 2023-03-31}, {what: 二季度, due: 2023-06-30}, {what: 三季度, due: 2023-09-30}, {what: 四季度, due: 2023-12-31}]}}
  - {as: chief, office: engineering_office, on: 2023-01-12, move: claim, of: task}
when:
  - {on: 2023-04-03}
  - {find: supervision, is: sheet, with: {commitment: "@task"}}
  - {as: chief, office: engineering_office, on: 2023-04-04, move: answer, of: sheet, with: {why_late: 招标流标, remedy: 本月重新招标}}
  - {as: supervisor, on: 2023-04-06, move: close, of: sheet, note: 措施可行}
then:
  - {figure: commitments_open, period: 2023, slice: light=blue, is: 1}
  - {figure: commitments_open, period: 2023, slice: ground=node, is: 1}
  - {of: sheet, stage: closed}
  - {figure: supervisions, period: 2023, slice: light=blue, is: 1}
  - {of: task, field: sheets_open, is: 0}
---
story: 按指标取数的任务，节点齐了指标没到也不能核验 A task that a figure measures is not verified by its milestones
given:
  - {as: supervisor, on: 2023-01-10, open: commitment, is: task, with: {code: T-6, section: 一, text: 办理建议提案十件, leader: congress_office, deadline: 2023-12-31, measure: suggestions_done, shape: level, goal: 10, nodes: [{what: 一季度, due: 2023-03-31, done: 2023-01-10}]}}
  - {as: chief, office: congress_office, on: 2023-01-11, move: claim, of: task}
when:
  - {as: chief, office: congress_office, on: 2023-06-30, move: submit, of: task, with: {news: 节点已完成}}
  - {as: supervisor, on: 2023-07-03, move: verify, of: task, with: {verdict: 属实}, refused: 指标尚未达到目标}
  - {as: supervisor, on: 2023-07-03, move: redo, of: task, reason: 指标没有达到}
then:
  - {of: task, stage: running}
---
story: 任务核验通过或终止，未销号的督查单一并销号 When a task is verified its open sheet closes with it
given:
  - {as: supervisor, on: 2023-09-25, open: commitment, is: task, with: {code: T-5, section: 一, text: 更新路灯, leader: engineering_office, deadline: 2023-12-31}}
  - {as: chief, office: engineering_office, on: 2023-09-26, move: claim, of: task}
  - {as: supervisor, on: 2023-10-09, open: supervision, is: sheet, with: {commitment: "@task", note_text: 请报实施方案}}
when:
  - {as: chief, office: engineering_office, on: 2023-10-10, move: submit, of: task, with: {news: 已全部更新}}
  - {as: supervisor, on: 2023-10-11, move: verify, of: task, with: {verdict: 属实}}
then:
  - {of: sheet, stage: closed}
  - {of: task, field: sheets_open, is: 0}
---
story: 延期要督查核实、领导批准才改时限 An extension changes the deadline only when it was looked at and approved
given:
  - {as: supervisor, on: 2023-09-25, open: commitment, is: task, with: {code: T-4, section: 二/（一）, text: 修缮排水管网, leader: engineering_office, deadline: 2023-11-30}}
  - {as: chief, office: engineering_office, on: 2023-09-26, move: claim, of: task}
when:
  - {as: chief, office: engineering_office, on: 2023-10-09, open: commitment_change, with: {commitment: "@task", kind: extend, due: 2023-11-01, why: 管材到货晚}, refused: 新时限要晚于原时限}
  - {as: chief, office: engineering_office, on: 2023-10-10, open: commitment_change, is: ask, with: {commitment: "@task", kind: extend, due: 2023-12-20, why: 管材到货晚}}
  - {as: mayor, on: 2023-10-11, move: approve, of: ask, refused: true}
  - {as: supervisor, on: 2023-10-11, move: look, of: ask, with: {opinion: 到货单属实}}
  - {as: mayor, on: 2023-10-12, move: approve, of: ask}
then:
  - {of: ask, stage: approved}
  - {of: task, field: deadline, is: 2023-12-20}
  - {of: task, due: finish, is: 2023-12-20}
  - {figure: changes_approved, period: 2023, is: 1}
---
story: 不列任务的条款写明理由 A clause that is no task is dismissed with its reason
when:
  - {as: supervisor, on: 2023-01-10, open: dismissal, with: {source: 政府工作报告, kind: promise, text: 坚持为民初心}, refused: true}
  - {as: supervisor, on: 2023-01-10, open: dismissal, is: passed, with: {source: 政府工作报告, kind: promise, text: 坚持为民初心, why: 总体要求，无可交付的事项}}
then:
  - {of: passed, stage: kept}
  - {figure: clauses_dismissed, period: 2023, is: 1}
---
story: 对应项目的任务跟着项目投资进度走 A task that belongs to a project follows what is invested in it
given:
  - {as: economy, on: 2023-01-09, open: key_project, is: plant, with: {name: （模拟）检测设备厂, kind: new, place: 付村, total: 1000000}}
  - {as: supervisor, on: 2023-01-10, open: commitment, is: task, with: {code: T-7, section: 一, text: 推进检测设备厂建设, leader: economy_office, deadline: 2023-12-31}}
  - {as: chief, office: economy_office, on: 2023-01-11, move: claim, of: task, with: {project: "@plant"}}
when:
  - {as: economy, on: 2023-03-30, open: project_progress, is: march, with: {project: "@plant", period: 2023-03}}
  - {as: economy, on: 2023-03-31, move: tell, of: march, with: {amount: 250000, shape: 基础完成}}
  - {on: 2023-07-03}
then:
  - {of: task, field: progress, is: 25}
  - {figure: commitments_open, period: 2023, slice: ground=behind, is: 1}
  - {figure: commitments_open, period: 2023, slice: light=blue, is: 1}
