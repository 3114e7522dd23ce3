story: 征求意见满期、合法性审查通过才上会，送审的人不审查 Comments run their time, the law is looked at, and only then is it decided
given:
  - {as: handler, office: planning_office, on: 2023-03-06, open: major_decision, is: plan, with: {matter: 村庄规划调整（模拟）, kind: plan, lead: planning_office}}
  - {as: handler, office: planning_office, on: 2023-03-08, move: ask, of: plan, with: {asked_on: 2023-03-08}}
when:
  - {as: handler, office: planning_office, on: 2023-04-03, move: argue, of: plan, refused: 公开征求意见期未满}
  - {as: handler, office: planning_office, on: 2023-04-10, move: argue, of: plan}
  - {as: handler, office: planning_office, on: 2023-04-11, move: submit, of: plan, refused: 缺专家论证意见}
  - {as: handler, office: planning_office, on: 2023-04-17, move: record_experts, of: plan}
  - {as: handler, office: planning_office, on: 2023-04-18, move: submit, of: plan}
  - {as: lawyer, on: 2023-04-20, move: pass, of: plan, with: {legal: 程序须补正, lawful: amend}, refused: 合法性审查}
  - {as: lawyer, on: 2023-04-20, move: amend, of: plan, with: {legal: 补公示记录, lawful: amend}, reason: 公示记录不全}
  - {as: handler, office: planning_office, on: 2023-04-24, move: submit, of: plan}
  - {as: justice, on: 2023-04-26, move: pass, of: plan, with: {legal: 合法, lawful: lawful}}
  - {as: mayor, on: 2023-05-08, move: decide, of: plan, with: {agreed: passed}}
  - {as: office, office: planning_office, on: 2023-05-15, move: publish, of: plan}
then:
  - {of: plan, stage: published}
  - {of: plan, due: publish, is: 2023-06-05}
  - {figure: decisions_published, period: 2023-05, slice: kind=plan, is: 1}
---
story: 法律意见五个工作日，暂缓的不公布 An opinion has five workdays; what is put off is not published
given:
  - {as: handler, office: engineering_office, on: 2023-09-25, open: legal_review, is: late, with: {subject: 道路养护合同（模拟）, kind: contract, office: engineering_office, amount: 80000}}
  - {as: handler, office: rural_office, on: 2023-09-11, open: legal_review, is: fine, with: {subject: 机井维修合同（模拟）, kind: contract, office: rural_office}}
  - {as: handler, office: finance_office, on: 2023-09-11, open: major_decision, is: off, with: {matter: 资产处置（模拟）, kind: assets, lead: finance_office}}
when:
  - {as: lawyer, on: 2023-09-13, move: review, of: fine, with: {opinion: 违约条款须对等, verdict: amend}}
  - {as: handler, office: rural_office, on: 2023-09-14, move: close, of: fine, with: {taken: full}}
  - {as: mayor, on: 2023-09-18, move: put_off, of: off, reason: 评估价格待复核}
then:
  - {of: late, due: review, is: 2023-10-08}
  - {figure: legal_reviews, period: 2023-09, slice: verdict=amend, is: 1}
  - {on: 2023-10-09, figure: legal_overdue, period: 2023, is: 1}
  - {of: off, stage: put_off}
  - {figure: decisions_published, period: 2023, is: 0}
