story: 研判、交办、回应，由未回应的人归档 A question is judged, assigned and answered, and filed by another
given:
  - {as: publicity, on: 2023-03-06, open: public_question, is: tap, with: {question: 自来水发黄是否安全, medium: social, topic: environment, urgency: urgent, site: 姚村, seen_on: 2023-03-06}}
when:
  - {as: publicity, on: 2023-03-06, move: assign, of: tap, with: {lead: rural_office}, refused: true}
  - {as: publicity, on: 2023-03-06, move: judge, of: tap, with: {urgency: urgent}}
  - {as: publicity, on: 2023-03-07, move: assign, of: tap, with: {lead: rural_office}}
  - {as: handler, office: rural_office, on: 2023-03-09, move: answer, of: tap, with: {truth: untrue, action: 现场取样检测, reply: 检测合格，系管道冲洗所致, replied_by: account}}
  - {as: publicity, on: 2023-03-10, move: redo, of: tap, reason: 请附检测时间}
  - {as: handler, office: rural_office, on: 2023-03-13, move: answer, of: tap, with: {truth: untrue, action: 现场取样检测, reply: 三月八日检测合格, replied_by: account}}
  - {as: publicity, on: 2023-03-14, move: archive, of: tap}
then:
  - {of: tap, stage: archived}
  - {figure: questions_answered, period: 2023-03, slice: truth=untrue, is: 1}
  - {figure: questions_corrected, period: 2023, is: 1}
  - {figure: questions_rate, period: 2023, is: 100}
---
story: 一般关切五个工作日回应，紧急的二十四小时，转走的不计 A question has five workdays, an urgent one a day; what is passed on counts nowhere
given:
  - {as: publicity, on: 2023-04-26, open: public_question, is: bus, with: {question: 公交何时恢复, medium: forum, topic: transport, urgency: ordinary, seen_on: 2023-04-26}}
  - {as: publicity, on: 2023-05-08, open: public_question, is: smoke, with: {question: 路口冒烟是否有险情, medium: video, topic: environment, urgency: now, seen_on: 2023-05-08}}
  - {as: publicity, on: 2023-04-26, open: public_question, is: school, with: {question: 区属学校招生, medium: leader_board, topic: education, urgency: ordinary, seen_on: 2023-04-26}}
when:
  - {as: publicity, on: 2023-04-27, move: pass_on, of: school, reason: 属区教育局职责}
then:
  - {of: bus, due: answer, is: 2023-05-06}
  - {of: smoke, due: answer, is: 2023-05-09}
  - {on: 2023-05-10, figure: questions_overdue, period: 2023, is: 2}
  - {figure: questions_answered, period: 2023, is: 0}
