story: 措施办完才报佐证，审核销号的不是整改的 Proof is given when every measure is done; who mends does not close
given:
  - {as: discipline, on: 2023-03-06, open: feedback_problem, is: cards, with: {what: 公务加油卡登记不全, source: audit, matter: money}}
  - {as: discipline, on: 2023-03-08, move: list_up, of: cards, with: {lead: finance_office, person: 财政所负责人, mend_by: 2023-06-30}}
when:
  - {as: handler, office: finance_office, on: 2023-03-13, move: start, of: cards, with: {measures: [{what: 清理在用卡, by_day: 2023-04-30}, {what: 建立登记制度, by_day: 2023-05-31}]}}
  - {as: handler, office: finance_office, on: 2023-05-08, move: prove, of: cards, with: {recovered: 1200, rules_made: 1}, refused: 还有措施未完成}
  - {as: handler, office: finance_office, on: 2023-05-15, move: report, of: cards, with: {measures: [{what: 清理在用卡, by_day: 2023-04-30, done_on: 2023-04-20}, {what: 建立登记制度, by_day: 2023-05-31, done_on: 2023-05-12}]}}
  - {as: handler, office: finance_office, on: 2023-05-16, move: prove, of: cards, with: {recovered: 1200, rules_made: 1}}
  - {as: handler, office: finance_office, on: 2023-05-17, move: close, of: cards, with: {opinion: 属实}, refused: 纪检}
  - {as: discipline, on: 2023-05-18, move: close, of: cards, with: {opinion: 整改到位}}
then:
  - {of: cards, stage: closed}
  - {figure: feedback_closed, period: 2023-05, slice: source=audit, is: 1}
  - {figure: feedback_rate, period: 2023, is: 100}
  - {figure: feedback_money, period: 2023, is: 1200}
---
story: 十个工作日列清单，期限由镇长调整，检查按节点计 Listing has ten workdays; only the mayor changes a day; checks are told by occasion
given:
  - {as: supervisor, on: 2023-09-20, open: feedback_problem, is: slow, with: {what: 会议纪要不规范, source: superior, matter: duty}}
  - {as: discipline, on: 2023-03-06, open: feedback_problem, is: late, with: {what: 档案未移交, source: district_tour, matter: duty}}
  - {as: discipline, on: 2023-03-07, move: list_up, of: late, with: {lead: engineering_office, person: 城建办负责人, mend_by: 2023-06-30}}
when:
  - {as: handler, office: engineering_office, on: 2023-05-08, move: later, of: late, with: {mend_by: 2023-09-28}, reason: 工期顺延, refused: 镇长}
  - {as: mayor, on: 2023-05-08, move: later, of: late, with: {mend_by: 2023-09-28}, reason: 工期顺延}
  - {as: discipline, on: 2023-09-27, open: style_check, with: {topic: 节前公务用车, node: autumn, office: party_office, day: 2023-09-27, faults: 1, warned: 1}}
then:
  - {of: slow, due: listing, is: 2023-10-10}
  - {of: late, due: mend, is: 2023-09-28}
  - {on: 2023-10-09, figure: feedback_overdue, period: 2023, is: 1}
  - {figure: style_checks, period: 2023, slice: node=autumn, is: 1}
  - {figure: feedback_closed, period: 2023, is: 0}
