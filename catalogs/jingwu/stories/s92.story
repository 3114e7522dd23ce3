story: 先面商、会办意见齐了才能签发，不满意的重办 The deputy is talked to, the helpers answer before it is signed, and it is done again if unsatisfactory
given:
  - {as: congress, on: 2023-03-06, open: suggestion, is: lights, with: {subject: 完善村道照明, level: district, kind: deputy, text: 部分村道夜间无灯, site: 付村, helpers: [rural_office]}}
  - {as: congress, on: 2023-03-08, move: assign, of: lights, with: {lead: engineering_office, hard: false}}
  - {find: helper_opinion, is: opinion}
when:
  - {as: handler, office: engineering_office, on: 2023-03-20, move: talk, of: lights, with: {talk_note: 现场面商，确认三处}}
  - {as: chief, office: engineering_office, on: 2023-04-03, move: sign, of: lights, with: {outcome: solving}, refused: 会办意见未齐}
  - {as: handler, office: rural_office, on: 2023-04-03, move: give, of: opinion, with: {text: 同意按村道计划实施}}
  - {as: chief, office: engineering_office, on: 2023-04-10, move: sign, of: lights, with: {outcome: solving}}
  - {as: office, office: engineering_office, on: 2023-04-11, move: send, of: lights}
  - {as: congress, on: 2023-04-17, move: rate, of: lights, with: {feedback: unhappy}}
  - {as: congress, on: 2023-04-18, move: redo, of: lights, reason: 未明确完成时间}
  - {as: handler, office: engineering_office, on: 2023-04-24, move: talk, of: lights, with: {talk_note: 明确九月完成}}
  - {as: chief, office: engineering_office, on: 2023-05-08, move: sign, of: lights, with: {outcome: solved}}
  - {as: office, office: engineering_office, on: 2023-05-09, move: send, of: lights}
  - {as: congress, on: 2023-05-15, move: rate, of: lights, with: {feedback: content}}
  - {as: office, office: engineering_office, on: 2023-10-09, move: close, of: lights, with: {follow: 九月已亮灯}}
then:
  - {of: lights, stage: closed}
  - {figure: suggestions_done, period: 2023-05, slice: outcome=solved, is: 1}
  - {figure: suggestions_done, period: 2023-04, is: 0}
  - {figure: suggestions_content_rate, period: 2023, is: 100}
---
story: 三个月答复、疑难六个月，过了退回时限不得退回，审议意见三个月办理 Three months to answer, six for a hard one; no return past its time; an opinion of the congress has three months
given:
  - {as: office, on: 2023-03-06, open: suggestion, is: plain, with: {subject: 增设垃圾桶, level: district, kind: member, text: 集市周边不足}}
  - {as: office, on: 2023-03-06, open: suggestion, is: hard, with: {subject: 河道综合治理, level: city, kind: deputy, text: 涉及多部门, hard: true}}
  - {as: congress, on: 2023-03-06, open: congress_review, is: visit, with: {topic: 养老服务视察, form: visit, day: 2023-03-28, lead: welfare_office}}
when:
  - {as: office, on: 2023-03-20, move: refuse, of: plain, reason: 不属本镇职责, refused: 已过退回时限}
  - {as: congress, on: 2023-03-28, move: hold, of: visit, with: {opinion: 增加助餐点}}
then:
  - {of: plain, due: answer, is: 2023-06-06}
  - {of: hard, due: answer, is: 2023-09-06}
  - {of: visit, due: report, is: 2023-06-28}
  - {figure: congress_reviews, period: 2023-03, slice: form=visit, is: 1}
  - {on: 2023-06-07, figure: suggestions_overdue, period: 2023, is: 1}
