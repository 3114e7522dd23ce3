story: 学习后调研、检视、整改，成果由未承办的人销号 From study through research and fault-finding to a result that another closes
given:
  - {as: party, on: 2023-04-03, open: study_session, is: class, with: {topic: 主题教育读书班, kind: reading, office: party_office, planned_on: 2023-04-20}}
  - {as: office, on: 2023-04-21, move: hold, of: class, with: {day: 2023-04-20, people: 45}}
when:
  - {as: handler, office: rural_office, on: 2023-05-08, open: study_result, is: water, with: {matter: 田间供水调研, session: "@class", kind: problem, lead: rural_office, finish_by: 2023-10-31}}
  - {as: handler, office: rural_office, on: 2023-05-22, move: start, of: water, refused: true}
  - {as: handler, office: rural_office, on: 2023-06-05, move: examine, of: water, with: {finding: 机井维护不及时}}
  - {as: handler, office: rural_office, on: 2023-06-12, move: start, of: water}
  - {as: handler, office: rural_office, on: 2023-09-04, move: close, of: water, with: {result: 维修机井}, refused: 党建}
  - {as: party, on: 2023-09-05, move: close, of: water, with: {result: 维修机井并建轮巡表}}
then:
  - {of: water, stage: closed}
  - {figure: study_sessions, period: 2023-04, slice: kind=reading, is: 1}
  - {figure: study_people, period: 2023, is: 45}
  - {figure: study_results, period: 2023-09, slice: kind=problem, is: 1}
---
story: 期限已过未完成即逾期，改期和取消都写明缘由 A result past its day is late; a changed or cancelled session tells why
given:
  - {as: party, on: 2023-04-03, open: study_session, is: moved, with: {topic: 专题党课, kind: lecture, office: party_office, planned_on: 2023-04-20}}
  - {as: publicity, on: 2023-04-03, open: study_session, is: off, with: {topic: 红色教育, kind: tradition, office: publicity_office, planned_on: 2023-04-27}}
  - {as: handler, office: rural_office, on: 2023-04-03, open: study_result, is: late, with: {matter: 村级台账减负, kind: rule, lead: rural_office, finish_by: 2023-06-30}}
when:
  - {as: party, on: 2023-04-19, move: move_day, of: moved, with: {planned_on: 2023-05-10}, refused: 须说明理由}
  - {as: party, on: 2023-04-19, move: move_day, of: moved, with: {planned_on: 2023-05-10}, reason: 与督查冲突}
  - {as: publicity, on: 2023-04-26, move: cancel, of: off, reason: 场馆闭馆}
then:
  - {of: moved, due: hold, is: 2023-05-10}
  - {of: late, due: finish, is: 2023-06-30}
  - {on: 2023-07-03, figure: study_results_late, period: 2023, is: 1}
  - {figure: study_sessions, period: 2023, is: 0}
