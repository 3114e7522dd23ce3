story: 建议先面商后答复，会办意见齐了才签发，答复公开后归档 Talk first, then write; sign when every opinion is there; publish the answer, then close
given:
  - {as: congress, on: 2023-03-06, open: suggestion, is: lamp, with: {code: Z-1, subject: 关于增设公交站棚的建议, level: town, kind: deputy, text: 群众候车无遮挡，建议增设, helpers: [finance_office]}}
  - {as: deputy_mayor, on: 2023-03-08, move: assign, of: lamp, with: {lead: engineering_office, hard: "false", helpers: [finance_office]}}
  - {find: helper_opinion, is: view, with: {suggestion: "@lamp"}}
when:
  - {as: deputy_mayor, on: 2023-03-20, move: sign, of: lamp, with: {outcome: solved}, refused: true}
  - {as: chief, office: engineering_office, on: 2023-03-21, move: talk, of: lamp, with: {talk_note: 到村里同代表当面商量选址, talked_on: 2023-03-21}}
  - {as: deputy_mayor, on: 2023-04-03, move: sign, of: lamp, with: {outcome: solved}, refused: 会办意见未齐}
  - {as: chief, office: finance_office, on: 2023-04-04, move: give, of: view, with: {text: 资金可从养护经费列支}}
  - {as: deputy_mayor, on: 2023-04-10, move: sign, of: lamp, with: {outcome: solving}, refused: 承诺解决的时限}
  - {as: deputy_mayor, on: 2023-04-10, move: sign, of: lamp, with: {outcome: solving, promised_by: 2023-09-30}}
  - {as: office, office: engineering_office, on: 2023-04-11, move: send, of: lamp}
  - {as: congress, on: 2023-04-20, move: rate, of: lamp, with: {feedback: very}}
  - {as: congress, on: 2023-04-21, move: redo, of: lamp, reason: 再办, refused: 已表示满意}
  - {as: office, office: engineering_office, on: 2023-04-24, move: close, of: lamp, with: {follow: 九月完工}, refused: 答复还没有公开}
  - {as: office, office: engineering_office, on: 2023-04-25, move: publish, of: lamp, with: {told: 已列入计划，九月底前增设站棚六处。}}
  - {as: office, office: engineering_office, on: 2023-10-09, move: close, of: lamp, with: {follow: 六处站棚已建成}}
then:
  - {of: lamp, stage: closed}
  - {of: lamp, field: shown_on, is: 2023-04-25}
  - {of: lamp, due: answer, is: 2023-06-06}
  - {of: view, due: give, is: 2023-04-08}
  - {figure: suggestions_done, period: 2023, slice: outcome=solving, is: 1}
  - {figure: suggestions_in_time, period: 2023, is: 1}
  - {figure: suggestions_shown, period: 2023, is: 1}
  - {figure: suggestions_content, period: 2023, is: 1}
---
story: 涉及面广的建议六个月，可延长一个月，逾期计入；不满意重办 A broad suggestion has six months and one more; an unhappy deputy has it done again
given:
  - {as: congress, on: 2023-01-16, open: suggestion, is: pipe, with: {code: Z-2, subject: 关于改造老旧管网的建议, level: district, kind: deputy, text: 汛期积水，建议改造}}
  - {as: deputy_mayor, on: 2023-01-18, move: assign, of: pipe, with: {lead: engineering_office, hard: "true"}}
  - {as: chief, office: engineering_office, on: 2023-02-01, move: talk, of: pipe, with: {talk_note: 现场踏勘, talked_on: 2023-02-01}}
when:
  - {as: mayor, on: 2023-06-20, move: extend, of: pipe, reason: 须等区里批复, days: 2, refused: true}
  - {as: mayor, on: 2023-06-20, move: extend, of: pipe, reason: 须等区里批复, days: 1}
  - {as: deputy_mayor, on: 2023-07-10, move: sign, of: pipe, with: {outcome: later}}
  - {as: office, office: engineering_office, on: 2023-07-11, move: send, of: pipe}
  - {as: congress, on: 2023-07-20, move: rate, of: pipe, with: {feedback: unhappy}}
  - {as: congress, on: 2023-07-21, move: redo, of: pipe, reason: 没有给出时间}
  - {as: chief, office: engineering_office, on: 2023-07-28, move: talk, of: pipe, with: {talk_note: 商定分段改造, talked_on: 2023-07-28}}
then:
  - {of: pipe, due: answer, is: 2023-08-16}
  - {of: pipe, stage: drafting}
  - {figure: suggestions_again, period: 2023, is: 1}
  - {of: pipe, due: redo, is: 2023-08-21}
  - {figure: suggestions_overdue, period: 2023-07, is: 0}
  - {on: 2023-08-22, figure: suggestions_overdue, period: 2023-08, is: 1}
---
story: 不是本镇的十日内退回，过期不得退回 What is not the town's is sent back within ten days, not later
given:
  - {as: congress, on: 2023-03-06, open: suggestion, is: bus, with: {code: Z-3, subject: 关于地铁延伸的建议, level: city, kind: member, text: 建议延伸}}
  - {as: congress, on: 2023-03-06, open: suggestion, is: rail, with: {code: Z-4, subject: 关于高铁停靠的建议, level: city, kind: member, text: 建议停靠}}
when:
  - {as: office, office: congress_office, on: 2023-03-10, move: refuse, of: bus, reason: 属市级事权}
  - {as: office, office: congress_office, on: 2023-03-20, move: refuse, of: rail, reason: 属市级事权, refused: 已过退回时限}
then:
  - {of: bus, stage: returned}
  - {of: rail, stage: received}
