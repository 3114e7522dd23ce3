story: 专题培训按举办日计，考核后归档 A training counts on its day; it is tested and archived
given:
  - {as: justice, on: 2023-03-01, open: law_event, is: class, with: {topic: 行政处罚法, kind: training, law: penalties, audience: officials, site: 精武镇, planned_on: 2023-03-22}}
when:
  - {as: justice, on: 2023-04-03, move: hold, of: class, with: {day: 2023-03-22, people: 60}}
  - {as: justice, on: 2023-04-04, move: test, of: class, with: {tested: 58, passed: 59}, refused: 合格人数超过}
  - {as: justice, on: 2023-04-04, move: test, of: class, with: {tested: 50, passed: 48}}
  - {as: village, on: 2023-04-06, move: archive, of: class, refused: 司法}
  - {as: office, office: justice_office, on: 2023-04-06, move: archive, of: class}
then:
  - {of: class, stage: archived}
  - {figure: law_trainings, period: 2023-03, slice: audience=officials, is: 1}
  - {figure: law_events, period: 2023, is: 0}
  - {figure: law_pass_rate, period: 2023, is: 96}
---
story: 改期后按新日期，归档十个工作日，取消的不计 A changed day counts; filing has ten workdays; what is called off counts nowhere
given:
  - {as: justice, on: 2023-03-01, open: law_event, is: stall, with: {topic: 民法典进集市, kind: stall, law: civil_code, audience: residents, site: 姚村, planned_on: 2023-04-20}}
  - {as: justice, on: 2023-03-01, open: law_event, is: late, with: {topic: 旁听庭审, kind: court, law: other, audience: officials, site: 精武镇, planned_on: 2023-05-10}}
  - {as: justice, on: 2023-03-01, open: law_event, is: off, with: {topic: 禁毒讲座, kind: lecture, law: drugs, audience: pupils, site: 付村, planned_on: 2023-04-20}}
when:
  - {as: justice, on: 2023-04-19, move: move_day, of: stall, with: {planned_on: 2023-04-27}, reason: 降雨}
  - {as: justice, on: 2023-04-19, move: cancel, of: off, reason: 学校停课}
  - {as: village, place: 姚村, on: 2023-04-27, move: hold, of: stall, with: {day: 2023-04-27, people: 200}}
then:
  - {of: stall, due: archive, is: 2023-05-15}
  - {of: late, due: hold, is: 2023-05-10}
  - {on: 2023-05-11, figure: law_late, period: 2023, is: 1}
  - {figure: law_events, period: 2023, slice: law=civil_code, is: 1}
  - {figure: law_trainings, period: 2023, is: 0}
